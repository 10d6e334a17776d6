using System.Runtime.CompilerServices;

namespace OrleansLimiter.Http;

/// <summary>
/// Executes the work of long requests, on the thread pool and on half of the processors at most. So the threads of the sockets, and the
/// other processors, are free for short requests. A request that waits for its caller holds no place. The request that has received the
/// most is the first, so that few bodies are in memory at the same time.
/// </summary>
/// <param name="max">The number of threads, 1 or more.</param>
internal sealed class LongRequestQueue(int max) : IThreadPoolWorkItem
{
    /// <summary>The size of a body above which its request is long: 16 KiB. A shorter one is parsed in a few microseconds.</summary>
    public const int LongBody = 16 * 1024;

    /// <summary>The number of checks above which a batch is long: 128.</summary>
    public const int LongBatch = 128;

    private readonly PriorityQueue<Action, (long Left, long Number)> _turns = new();
    private readonly Lock _gate = new();
    private int _running;
    private long _last;

    /// <summary>Creates a queue for the processors of this process.</summary>
    public LongRequestQueue()
        : this(Math.Max(1, Environment.ProcessorCount / 2))
    {
    }

    /// <summary>The number of threads.</summary>
    public int Max => max;

    /// <summary>
    /// What is awaited continues in this queue, after those that have received more, and those that have received as much and came before.
    /// </summary>
    /// <param name="received">The length of an incomplete body so far; the default for a request that is complete.</param>
    public Turn TakeTurn(long received = long.MaxValue) => new(this, received);

    void IThreadPoolWorkItem.Execute()
    {
        Action? turn;
        lock (_gate)
        {
            if (!_turns.TryDequeue(out turn, out _))
            {
                _running--; // another thread has taken it
                return;
            }
        }

        turn();
        lock (_gate)
        {
            if (_turns.Count == 0)
            {
                _running--;
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false); // other work of the thread pool comes in between
    }

    private void Add(Action turn, long received)
    {
        lock (_gate)
        {
            _turns.Enqueue(turn, (-received, ++_last));
            if (_running == max)
            {
                return;
            }

            _running++;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>An awaitable that never completes synchronously.</summary>
    internal readonly struct Turn(LongRequestQueue queue, long received) : ICriticalNotifyCompletion
    {
        public bool IsCompleted => false;

        public Turn GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => queue.Add(continuation, received);

        public void UnsafeOnCompleted(Action continuation) => queue.Add(continuation, received);
    }
}
