namespace OrleansLimiter.Cli;

/// <summary>The exit codes of the commands.</summary>
internal static class ExitCode
{
    /// <summary>The command succeeded; for a check: the request is allowed.</summary>
    public const int Done = 0;

    /// <summary>The command failed: invalid policies, a limiter that cannot be reached, an address in use.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the request is invalid.</summary>
    public const int Usage = 2;

    /// <summary>The request of a check is denied.</summary>
    public const int Denied = 3;
}
