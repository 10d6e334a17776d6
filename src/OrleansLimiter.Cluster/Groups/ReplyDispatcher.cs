using System.Buffers;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Passes the replies of one batch to its operations. The continuation of a caller runs on the thread that sets its reply: a limited
/// number in sequence on one thread, and the others on other threads.
/// </summary>
/// <param name="operations">The operations, in an array that is returned to the pool.</param>
/// <param name="count">The number of operations.</param>
/// <param name="replies">The replies, in order; empty if the call failed.</param>
/// <param name="handle">Handles an operation and its replies, which are empty if there are none.</param>
internal sealed class ReplyDispatcher(
    PendingOperation[] operations, int count, GroupReplyData[] replies, ReplyDispatcher.Handler handle)
{
    /// <summary>The number of continuations that run in sequence on one thread: 16. The cost of switching threads is then small.</summary>
    public const int MaxInSequence = 16;

    private int _handled;

    /// <summary>Handles an operation and its replies.</summary>
    public delegate void Handler(PendingOperation operation, ReadOnlySpan<GroupReplyData> replies);

    /// <summary>Passes every operation its replies. Must be called once.</summary>
    public void Dispatch()
    {
        for (int first = MaxInSequence; first < count; first += MaxInSequence)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static work => work.Dispatcher.Dispatch(work.First), (Dispatcher: this, First: first), preferLocal: false);
        }

        Dispatch(0);
    }

    private void Dispatch(int first)
    {
        int end = Math.Min(first + MaxInSequence, count);
        for (int i = first; i < end; i++)
        {
            PendingOperation operation = operations[i];
            bool replied = operation.Index + operation.Count <= replies.Length;
            handle(operation, replied ? replies.AsSpan(operation.Index, operation.Count) : []);
        }

        if (Interlocked.Add(ref _handled, end - first) == count)
        {
            Array.Clear(operations, 0, count);
            ArrayPool<PendingOperation>.Shared.Return(operations);
        }
    }
}
