namespace OrleansLimiter.Grains;

/// <summary>The counters of hand-overs since the start.</summary>
public sealed class HandOverCounters
{
    private long _sent;
    private long _received;
    private long _lost;

    /// <summary>The number of groups whose state another silo has acknowledged.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>The number of groups that continue from a state of another silo.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>The number of groups whose state could not be handed over, or could not be continued. Their counts are lost.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    internal void AddSent(int groups) => Interlocked.Add(ref _sent, groups);

    internal void AddReceived() => Interlocked.Increment(ref _received);

    internal void AddLost(int groups) => Interlocked.Add(ref _lost, groups);
}
