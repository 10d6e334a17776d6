using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace OrleansLimiter.Http;

/// <summary>
/// Executes the work of long requests, on the thread pool and on half of the processors at most. So the threads of the sockets, and the
/// other processors, are free for short requests. A request that waits for its caller holds no place.
/// </summary>
/// <param name="max">The number of threads, 1 or more.</param>
internal sealed class LongRequestQueue(int max) : IThreadPoolWorkItem
{
    /// <summary>The size of a body above which its request is long: 16 KiB. A shorter one is parsed in a few microseconds.</summary>
    public const int LongBody = 16 * 1024;

    /// <summary>The number of checks above which a batch is long: 128.</summary>
    public const int LongBatch = 128;

    private readonly ConcurrentQueue<Action> _turns = new();
    private readonly Lock _gate = new();
    private int _running;

    /// <summary>Creates a queue for the processors of this process.</summary>
    public LongRequestQueue()
        : this(Math.Max(1, Environment.ProcessorCount / 2))
    {
    }

    /// <summary>The number of threads.</summary>
    public int Max => max;

    /// <summary>What is awaited continues in this queue, after those that came before.</summary>
    public Turn TakeTurn() => new(this);

    void IThreadPoolWorkItem.Execute()
    {
        if (_turns.TryDequeue(out Action? turn))
        {
            turn();
        }

        lock (_gate)
        {
            if (_turns.IsEmpty)
            {
                _running--;
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false); // other work of the thread pool comes in between
    }

    private void Add(Action turn)
    {
        lock (_gate)
        {
            _turns.Enqueue(turn);
            if (_running == max)
            {
                return;
            }

            _running++;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>An awaitable that never completes synchronously.</summary>
    internal readonly struct Turn(LongRequestQueue queue) : ICriticalNotifyCompletion
    {
        public bool IsCompleted => false;

        public Turn GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => queue.Add(continuation);

        public void UnsafeOnCompleted(Action continuation) => queue.Add(continuation);
    }
}
