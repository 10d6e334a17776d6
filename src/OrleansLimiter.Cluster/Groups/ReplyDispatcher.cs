using System.Buffers;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Passes the replies of one batch to its operations. The continuation of a caller runs on the thread that sets its reply: a limited
/// number in sequence on one thread, and the others on other threads.
/// </summary>
internal sealed class ReplyDispatcher
{
    /// <summary>The number of continuations that run in sequence on one thread: 16. The cost of switching threads is then small.</summary>
    public const int InTurn = 16;

    private readonly PendingOperation[] _operations;
    private readonly int _count;
    private readonly GroupReplyData[] _replies;
    private readonly Action<PendingOperation, GroupReplyData?> _give;
    private int _left;

    private ReplyDispatcher(PendingOperation[] operations, int count, GroupReplyData[] replies, Action<PendingOperation, GroupReplyData?> give) =>
        (_operations, _count, _left, _replies, _give) = (operations, count, count, replies, give);

    /// <summary>Passes every operation its reply.</summary>
    /// <param name="operations">The operations, in an array that is returned to the pool.</param>
    /// <param name="count">The number of operations.</param>
    /// <param name="replies">The replies, in order; empty if the call failed.</param>
    /// <param name="give">Handles an operation and its reply; the reply is null if there is none.</param>
    public static void Give(PendingOperation[] operations, int count, GroupReplyData[] replies, Action<PendingOperation, GroupReplyData?> give)
    {
        var all = new ReplyDispatcher(operations, count, replies, give);
        for (int first = InTurn; first < count; first += InTurn)
        {
            ThreadPool.UnsafeQueueUserWorkItem(new Turn(all, first), preferLocal: false);
        }

        all.Give(0);
    }

    private void Give(int first)
    {
        int end = Math.Min(first + InTurn, _count);
        for (int i = first; i < end; i++)
        {
            _give(_operations[i], i < _replies.Length ? _replies[i] : null);
        }

        if (Interlocked.Add(ref _left, first - end) == 0)
        {
            Array.Clear(_operations, 0, _count);
            ArrayPool<PendingOperation>.Shared.Return(_operations);
        }
    }

    private sealed class Turn(ReplyDispatcher replies, int first) : IThreadPoolWorkItem
    {
        public void Execute() => replies.Give(first);
    }
}
