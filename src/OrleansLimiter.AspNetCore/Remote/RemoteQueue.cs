namespace OrleansLimiter.AspNetCore;

/// <summary>
/// Joins requests that arrive at the same time into batches. A request is sent at once, together with those that arrive before its call
/// begins, until <see cref="MaxCalls"/> calls are under way; then requests wait for the end of a call.
/// </summary>
internal sealed class RemoteQueue(RemoteClient client, int maxBatch) : IThreadPoolWorkItem
{
    /// <summary>The maximum number of calls at the same time: 4. A call that takes long then does not delay all requests.</summary>
    public const int MaxCalls = 4;

    /// <summary>The maximum number of requests that wait: 10,000. Beyond, <c>on-failure</c> decides.</summary>
    public const int MaxWaiting = 10_000;

    private readonly Lock _gate = new();
    private readonly Queue<RemoteCheck> _waiting = new();
    private int _calls;
    private bool _begins;

    /// <summary>Adds a request; false if too many wait.</summary>
    public bool TryAdd(RemoteCheck check)
    {
        lock (_gate)
        {
            if (_waiting.Count >= MaxWaiting)
            {
                return false;
            }

            _waiting.Enqueue(check);
            if (!TryBegin())
            {
                return true;
            }
        }

        // On another thread: requests that arrive until then are in the batch, and the call is not a part of the trace of one of them.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return true;
    }

    void IThreadPoolWorkItem.Execute() => _ = SendAsync();

    private async Task SendAsync()
    {
        for (bool isFirst = true; TryTake(isFirst, out RemoteBatch? batch); isFirst = false)
        {
            await client.SendAsync(batch).ConfigureAwait(false);
        }
    }

    private bool TryTake(bool isFirst, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RemoteBatch? batch)
    {
        bool begins;
        lock (_gate)
        {
            _begins &= !isFirst;
            batch = null;
            while (_waiting.TryPeek(out RemoteCheck? check) && (batch is null || batch.HasRoomFor(check, maxBatch)))
            {
                _waiting.Dequeue();
                if (!check.Decided.IsCompleted) // otherwise its deadline has passed
                {
                    batch ??= new();
                    batch.Add(check);
                }
            }

            _calls -= batch is null ? 1 : 0;
            begins = _waiting.Count > 0 && TryBegin();
        }

        if (begins)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        return batch is not null;
    }

    private bool TryBegin()
    {
        if (_begins || _calls == MaxCalls)
        {
            return false;
        }

        _calls++;
        return _begins = true;
    }
}
