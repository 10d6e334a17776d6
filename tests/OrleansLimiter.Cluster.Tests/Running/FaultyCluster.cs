using Orleans;
using Orleans.Runtime;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>A cluster that counts its calls, and whose calls fail or wait when a test requests it.</summary>
public sealed class FaultyCluster : IAsyncLifetime
{
    private readonly Faults _faults = new();

    public FaultyCluster()
        : this(silos: 3)
    {
    }

    internal FaultyCluster(
        short silos, int maxGroups = LivingGroups.DefaultMax, TimeSpan? handOver = null, bool replicas = false, bool fencing = false) =>
        Cluster = new(_faults, maxGroups, silos, handOver: handOver, replicas: replicas, fencing: fencing);

    public LimiterCluster Cluster { get; }

    /// <summary>The next calls of a method do not reach their grain.</summary>
    public void FailNext(string method, int times) =>
        _faults.Set(method, times, before: true, new SiloUnavailableException("a fault of the test"));

    /// <summary>The next call of a method reaches its grain, but the reply is lost.</summary>
    public void LoseNextAnswer(string method) => _faults.Set(method, 1, before: false, new TimeoutException("a fault of the test"));

    /// <summary>The next calls of a method wait.</summary>
    public void Hold(string method, int times = int.MaxValue) => _faults.Hold(method, times);

    /// <summary>Releases the waiting calls, and stops holding calls.</summary>
    public void Release() => _faults.Release();

    /// <summary>Releases one of the waiting calls, when there is one.</summary>
    public void ReleaseOne() => Assert.True(SpinWait.SpinUntil(_faults.TryReleaseOne, TimeSpan.FromSeconds(60)));

    /// <summary>The number of calls of a method.</summary>
    public int Calls(string method) => _faults.Calls(method);

    public ValueTask InitializeAsync() => Cluster.InitializeAsync();

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    private sealed class Faults : IIncomingGrainCallFilter
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<string, int> _calls = [];
        private Exception _fault = new TimeoutException();
        private readonly Queue<TaskCompletionSource> _held = new();
        private string? _holding;
        private int _toHold;
        private string? _method;
        private int _left;
        private bool _before;

        public void Set(string method, int times, bool before, Exception fault)
        {
            lock (_gate)
            {
                (_method, _left, _before, _fault) = (method, times, before, fault);
            }
        }

        public void Hold(string method, int times)
        {
            lock (_gate)
            {
                (_holding, _toHold) = (method, times);
            }
        }

        public void Release()
        {
            lock (_gate)
            {
                _holding = null;
                while (_held.TryDequeue(out TaskCompletionSource? call))
                {
                    call.SetResult();
                }
            }
        }

        public bool TryReleaseOne()
        {
            lock (_gate)
            {
                bool any = _held.TryDequeue(out TaskCompletionSource? call);
                call?.SetResult();
                return any;
            }
        }

        public int Calls(string method)
        {
            lock (_gate)
            {
                return _calls.GetValueOrDefault(method);
            }
        }

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            (bool fails, Task held) = Begin(context.MethodName);
            await held;
            if (!fails || !_before)
            {
                await context.Invoke();
            }

            if (fails)
            {
                throw _fault;
            }
        }

        private (bool Fails, Task Held) Begin(string method)
        {
            lock (_gate)
            {
                _calls[method] = _calls.GetValueOrDefault(method) + 1;
                bool fails = method == _method && _left-- > 0;
                if (method != _holding || _toHold-- <= 0)
                {
                    return (fails, Task.CompletedTask);
                }

                var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _held.Enqueue(held);
                return (fails, held.Task);
            }
        }
    }
}
