namespace OrleansLimiter.AspNetCore;

/// <summary>Logs why <c>on-failure</c> decides in place of a remote limiter, each kind of reason once a second.</summary>
internal sealed partial class RemoteLog(ILogger log, LimiterClock clock)
{
    private const int MaxLength = 300;

    private readonly ILogger _log = log;
    private readonly ErrorInterval _failures = new(clock);
    private readonly ErrorInterval _undecided = new(clock);
    private readonly ErrorInterval _unsupported = new(clock);

    /// <summary>The remote limiter could not be asked.</summary>
    public void Failed(string address, string reason)
    {
        if (_failures.TryPass(out int unlogged))
        {
            LogFailed(address, Cut(reason), unlogged);
        }
    }

    /// <summary>The remote limiter has answered that it cannot decide a request.</summary>
    public void Undecided(string address, string policy, string problem)
    {
        if (_undecided.TryPass(out int unlogged))
        {
            LogUndecided(address, policy, Cut(problem), unlogged);
        }
    }

    /// <summary>An endpoint requires what no remote limiter can decide.</summary>
    public void Unsupported(string error)
    {
        if (_unsupported.TryPass(out int unlogged))
        {
            LogUnsupported(error, unlogged);
        }
    }

    // Text of another server.
    private static string Cut(string text) => DisplayText.Escape(text.Length > MaxLength ? text[..MaxLength] + "…" : text);

    [LoggerMessage(
        20, LogLevel.Error,
        "The limiter at {Address} failed, and on-failure decides: {Reason}. Failures not logged since the last entry: {Unlogged}")]
    private partial void LogFailed(string address, string reason, int unlogged);

    [LoggerMessage(
        21, LogLevel.Error,
        "The limiter at {Address} does not decide a request of the policy {Policy}, and on-failure decides: {Problem}. Compare its policy "
            + "with that of this app. Requests not logged since the last entry: {Unlogged}")]
    private partial void LogUndecided(string address, string policy, string problem, int unlogged);

    [LoggerMessage(
        22, LogLevel.Error, "On-failure decides: {Error}. Requests not logged since the last entry: {Unlogged}")]
    private partial void LogUnsupported(string error, int unlogged);
}
