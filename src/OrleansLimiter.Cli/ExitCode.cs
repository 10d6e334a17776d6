namespace OrleansLimiter.Cli;

/// <summary>How a command ends, for scripts.</summary>
internal static class ExitCode
{
    /// <summary>Done; for a check: allowed.</summary>
    public const int Done = 0;

    /// <summary>It could not be done: invalid policies, a limiter that cannot be reached, an address in use.</summary>
    public const int Failed = 1;

    /// <summary>The command line, or what it asks, cannot be right.</summary>
    public const int Usage = 2;

    /// <summary>A check was denied.</summary>
    public const int Denied = 3;
}
