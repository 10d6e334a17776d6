using System.IO.Pipelines;

namespace OrleansLimiter.Http;

/// <summary>
/// When the last request of a connection was read completely, and since when the body of one is incomplete. A host closes the connections
/// first that have been idle the longest. Times are <see cref="Environment.TickCount64"/>, which costs a request the least.
/// </summary>
internal sealed class ConnectionActivity
{
    private readonly Lock _gate = new();
    private PipeReader? _reader;
    private long _bodySince;
    private long _requestAt;

    /// <summary>The maximum time for the body of a request, in milliseconds. Set before the first request.</summary>
    public long BodyTimeout { get; set; } = long.MaxValue;

    /// <summary>When the last request was read; 0 if there was none.</summary>
    public long RequestAt => Volatile.Read(ref _requestAt);

    /// <summary>Since when the body of a request is incomplete; 0 if no body is.</summary>
    public long BodySince => Volatile.Read(ref _bodySince);

    /// <summary>Records a request. Its body may still be incomplete.</summary>
    public void OnRequest(long now) => Volatile.Write(ref _requestAt, now);

    /// <summary>Records that a request waits for the rest of its body, since the first call.</summary>
    /// <param name="reader">Reads the body; null if it is complete, and waits until it is parsed.</param>
    /// <param name="now">The time.</param>
    public void BeginBody(PipeReader? reader, long now)
    {
        lock (_gate)
        {
            _reader = reader;
            Volatile.Write(ref _bodySince, BodySince > 0 ? Math.Min(BodySince, now) : now);
        }
    }

    /// <summary>Records that the body is complete, or is not read any further.</summary>
    public void EndBody(long now)
    {
        lock (_gate)
        {
            _reader = null;
            Volatile.Write(ref _bodySince, 0);
            Volatile.Write(ref _requestAt, now);
        }
    }

    /// <summary>Whether the body takes longer than <see cref="BodyTimeout"/>.</summary>
    public bool IsOverdue(long now) => BodySince is > 0 and long since && now - since >= BodyTimeout;

    /// <summary>Ends the wait for a body that is overdue. The server calls this once a second for each connection.</summary>
    public void CheckDeadline(long now)
    {
        if (!IsOverdue(now))
        {
            return;
        }

        lock (_gate) // the reader belongs to the next request after EndBody
        {
            _reader?.CancelPendingRead();
        }
    }
}
