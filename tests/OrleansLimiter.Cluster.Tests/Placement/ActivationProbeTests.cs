using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>A silo that starts is ready when its probe keys have been activated and have decided, and stays ready.</summary>
public sealed class ActivationProbeTests : IAsyncLifetime
{
    private const int MaxGroups = 40;
    private const int Keys = MaxGroups / 4;

    private readonly HeldKeys _held = new();
    private readonly LimiterCluster _cluster;

    public ActivationProbeTests() => _cluster = new(_held, MaxGroups, silos: 1, probes: true);

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_silo_is_not_ready_while_one_of_its_probe_keys_does_not_decide_and_never_becomes_unready_later()
    {
        PassesUntil(() => _held.Decided.Count == Keys - 1 && _held.Refused >= 5);
        Assert.Equal(HealthStatus.Unhealthy, await StatusAsync());

        _held.Release();
        PassesUntil(() => _held.Decided.Count == Keys);
        Assert.True(SpinWait.SpinUntil(() => StatusAsync().Result == HealthStatus.Healthy, TimeSpan.FromSeconds(60)));

        _held.HoldAll();
        for (int i = 0; i < 100; i++)
        {
            _cluster.Time.Advance(ActivationProbe.Period);
            Assert.Equal(HealthStatus.Healthy, await StatusAsync());
        }
    }

    [Fact]
    public async Task A_silo_whose_probe_keys_decide_is_ready_after_one_round()
    {
        _held.Release();
        PassesUntil(() => _held.Decided.Count == Keys);

        Assert.True(SpinWait.SpinUntil(() => StatusAsync().Result == HealthStatus.Healthy, TimeSpan.FromSeconds(60)));
        Assert.Equal(HealthStatus.Healthy, await StatusAsync());
    }

    private void PassesUntil(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(
        () =>
        {
            _cluster.Time.Advance(ActivationProbe.Period);
            return condition();
        },
        TimeSpan.FromSeconds(60)));

    private async Task<HealthStatus> StatusAsync()
    {
        IServiceProvider silo = _cluster.Cluster.GetSiloServiceProvider(_cluster.Cluster.Silos[0].SiloAddress);
        return (await silo.GetRequiredService<ActivationProbe>().CheckHealthAsync(new())).Status;
    }

    // Refuses the calls of the first probe key, as if its part of the grain directory were held.
    private sealed class HeldKeys : IIncomingGrainCallFilter
    {
        private readonly Lock _gate = new();
        private readonly HashSet<string> _decided = [];
        private string? _first;
        private bool _released;
        private bool _all;
        private int _refused;

        public IReadOnlyCollection<string> Decided
        {
            get
            {
                lock (_gate)
                {
                    return [.. _decided];
                }
            }
        }

        public int Refused => Volatile.Read(ref _refused);

        public void Release()
        {
            lock (_gate)
            {
                _released = true;
            }
        }

        public void HoldAll()
        {
            lock (_gate)
            {
                _all = true;
            }
        }

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            string key = context.TargetId.Key.ToString()!;
            if (key.Contains("probe-", StringComparison.Ordinal) && Refuses(key))
            {
                Interlocked.Increment(ref _refused);
                throw new TimeoutException("held by the test");
            }

            await context.Invoke();
        }

        private bool Refuses(string key)
        {
            lock (_gate)
            {
                _first ??= key;
                bool refuses = _all || (!_released && key == _first);
                _ = refuses || _decided.Add(key);
                return refuses;
            }
        }
    }
}
