using System.Buffers;

namespace OrleansLimiter.Cluster;

/// <summary>
/// The questions of one call, and what came of them. Whoever waits for an answer goes on in the thread that gives it; so many in
/// turn, and the rest on other threads.
/// </summary>
internal sealed class LaneAnswers
{
    /// <summary>How many go on in turn on one thread: 16, enough to make changing threads cheap.</summary>
    public const int InTurn = 16;

    private readonly LaneAsk[] _asks;
    private readonly int _count;
    private readonly GroupAnswer[] _answers;
    private readonly Action<LaneAsk, GroupAnswer?> _give;
    private int _left;

    private LaneAnswers(LaneAsk[] asks, int count, GroupAnswer[] answers, Action<LaneAsk, GroupAnswer?> give) =>
        (_asks, _count, _left, _answers, _give) = (asks, count, count, answers, give);

    /// <summary>Gives every question its answer.</summary>
    /// <param name="asks">The questions, a rented array that goes back to the pool.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="answers">Their answers, in order; none where the call failed.</param>
    /// <param name="give">What to do with a question and its answer, or with one that has none.</param>
    public static void Give(LaneAsk[] asks, int count, GroupAnswer[] answers, Action<LaneAsk, GroupAnswer?> give)
    {
        var all = new LaneAnswers(asks, count, answers, give);
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
            _give(_asks[i], i < _answers.Length ? _answers[i] : null);
        }

        if (Interlocked.Add(ref _left, first - end) == 0)
        {
            Array.Clear(_asks, 0, _count);
            ArrayPool<LaneAsk>.Shared.Return(_asks);
        }
    }

    private sealed class Turn(LaneAnswers answers, int first) : IThreadPoolWorkItem
    {
        public void Execute() => answers.Give(first);
    }
}
