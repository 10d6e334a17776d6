using System.Buffers;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Gives the operations of one call their answers. A caller that waits continues on the thread that gives its answer; so many in
/// turn, and the rest on other threads.
/// </summary>
internal sealed class ReplyDispatcher
{
    /// <summary>How many go on in turn on one thread: 16, enough to make changing threads cheap.</summary>
    public const int InTurn = 16;

    private readonly PendingOperation[] _operations;
    private readonly int _count;
    private readonly GroupAnswer[] _answers;
    private readonly Action<PendingOperation, GroupAnswer?> _give;
    private int _left;

    private ReplyDispatcher(PendingOperation[] operations, int count, GroupAnswer[] answers, Action<PendingOperation, GroupAnswer?> give) =>
        (_operations, _count, _left, _answers, _give) = (operations, count, count, answers, give);

    /// <summary>Gives every operation its answer.</summary>
    /// <param name="operations">The operations, a rented array that goes back to the pool.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="answers">Their answers, in order; none where the call failed.</param>
    /// <param name="give">What to do with an operation and its answer, or with one that has none.</param>
    public static void Give(PendingOperation[] operations, int count, GroupAnswer[] answers, Action<PendingOperation, GroupAnswer?> give)
    {
        var all = new ReplyDispatcher(operations, count, answers, give);
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
            _give(_operations[i], i < _answers.Length ? _answers[i] : null);
        }

        if (Interlocked.Add(ref _left, first - end) == 0)
        {
            Array.Clear(_operations, 0, _count);
            ArrayPool<PendingOperation>.Shared.Return(_operations);
        }
    }

    private sealed class Turn(ReplyDispatcher answers, int first) : IThreadPoolWorkItem
    {
        public void Execute() => answers.Give(first);
    }
}
