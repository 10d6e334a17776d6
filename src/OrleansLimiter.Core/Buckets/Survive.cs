namespace OrleansLimiter;

/// <summary>
/// What the counts of a limit survive; each value includes those before it. In a cluster, all counts are handed over when a single silo
/// is stopped.
/// </summary>
public enum Survive : byte
{
    /// <summary>Nothing is kept outside of the process that counts.</summary>
    None,

    /// <summary>The crash of a process that counts. A process on one machine keeps its counts over a restart as well.</summary>
    Crash,

    /// <summary>The restart of all processes that count.</summary>
    Restart,
}
