using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans;
using Orleans.Runtime;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>The fence of a silo with other silos, a membership table and a clock of the test.</summary>
public sealed class FenceTests : IDisposable
{
    private readonly FakeTime _time = new();
    private readonly FakeMembership _membership = new();
    private readonly FakeSender _sender = new();
    private readonly FenceLog _log = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly SiloGroupRegistry _silo;
    private readonly Table _table = (Table)(object)DispatchProxy.Create<IMembershipTable, Table>();
    private Fence _fence;

    public FenceTests()
    {
        _silo = new(Peers.Own.ToParsableString(), new(_time));
        _fence = Create(decideWhenIsolated: false);
    }

    public void Dispose()
    {
        _silo.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task While_another_silo_acknowledges_heartbeats_the_silo_decides()
    {
        Join(Peers.A, Peers.B);
        _sender.Hearing.Add(Peers.B);

        await BeatAsync(100);

        Assert.Equal((true, 0, 0), (Decides, _fence.Closures, _log.Lines.Count));
    }

    [Fact]
    public async Task A_silo_that_nobody_hears_decides_nothing_after_900_ms_and_again_with_the_first_reply()
    {
        Join(Peers.A, Peers.B);
        await BeatAsync(5);
        Assert.True(Decides);

        await BeatAsync(11);
        Assert.False(Decides);
        Assert.Equal(
            "This silo decides nothing from now on, because none of the 2 other active silos "
            + $"({Peers.A}, {Peers.B}) acknowledges its heartbeats. on-failure decides for its keys. "
            + "Further lines within 1 s are not logged",
            _log.Lines[^1]);
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync()).Status);

        _sender.Hearing.Add(Peers.A);
        await BeatAsync(1);

        Assert.True(Decides);
        Assert.Equal("This silo decides again after 00:00:01.5000000", _log.Lines[^1]);
        Assert.Equal((HealthStatus.Healthy, 1), ((await CheckAsync()).Status, _fence.Closures));
    }

    [Fact]
    public async Task A_silo_that_was_suspended_decides_nothing_before_a_heartbeat_that_it_sends_afterwards_is_acknowledged()
    {
        Join(Peers.A);
        _sender.Hearing.Add(Peers.A);
        await BeatAsync(10);
        var reply = new TaskCompletionSource();
        _sender.Delay = reply.Task;
        _fence.Beat();
        Task before = _fence.Last;

        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.False(Decides);
        reply.SetResult();
        await before; // the reply to a heartbeat of the time before was received
        Assert.False(Decides);
        await BeatAsync(1);

        Assert.True(Decides);
        Assert.Equal(2, _log.Lines.Count);
        Assert.StartsWith("This silo decides nothing from now on", _log.Lines[0]);
        Assert.Equal("This silo decides again after 00:00:19.2500000", _log.Lines[1]);
    }

    [Fact]
    public async Task A_silo_that_was_declared_dead_never_decides_again_and_says_so()
    {
        Join(Peers.A, Peers.B);
        _sender.Hearing.UnionWith([Peers.A, Peers.B]);
        await BeatAsync(1);
        _sender.KnowingOfTheDeath.Add(Peers.A);

        await BeatAsync(3);

        Assert.False(Decides);
        Assert.StartsWith("This silo decides nothing any more: the other silos have declared it dead", _log.Lines[^1]);
        Assert.Equal(4, _sender.Sent.Count);
    }

    [Fact]
    public async Task The_last_survivor_decides_when_the_dead_silo_has_left_the_view()
    {
        Join(Peers.A);
        await BeatAsync(20);
        Assert.False(Decides);

        _membership.Active.Clear();
        await BeatAsync(1);

        Assert.True(Decides);
    }

    [Fact]
    public async Task A_silo_that_another_one_has_said_good_bye_to_decides_without_it()
    {
        Join(Peers.A);
        await BeatAsync(1);
        _fence.OnLeaving(Peers.A);

        await BeatAsync(100);

        Assert.Equal((true, 0), (Decides, _fence.Closures));
    }

    [Fact]
    public async Task A_silo_that_stops_says_so_to_all_others()
    {
        Join(Peers.A, Peers.B);
        await BeatAsync(1);
        _sender.Sent.Clear();

        await _fence.LeaveAsync();

        Assert.Equal([(Peers.A, true), (Peers.B, true)], _sender.Sent.OrderBy(sent => sent.Peer));
    }

    [Fact]
    public async Task Before_a_silo_is_active_it_sends_nothing_and_while_it_stops_it_still_does()
    {
        Join(Peers.A);
        _membership.CurrentStatus = SiloStatus.Joining;
        await BeatAsync(2);
        Assert.Empty(_sender.Sent);

        _membership.CurrentStatus = SiloStatus.Active;
        await BeatAsync(1);
        _membership.CurrentStatus = SiloStatus.ShuttingDown;
        await BeatAsync(1);

        Assert.Equal(2, _sender.Sent.Count);
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    public async Task Without_other_silos_and_the_membership_table_the_setting_says_whether_a_silo_decides(
        bool decideWhenIsolated, bool isTableThere, bool decides)
    {
        _fence = Create(decideWhenIsolated);
        _table.IsThere = isTableThere;
        Join(Peers.A);

        await BeatAsync(50);
        Assert.Equal((decides, decideWhenIsolated), (Decides, _table.Reads > 0));

        _table.IsThere = true;
        await BeatAsync(20);

        Assert.False(Decides);
    }

    [Fact]
    public async Task The_time_and_the_decisions_of_a_closed_fence_are_counted()
    {
        Dictionary<string, double> read = [];
        Meter meter = _services.GetRequiredService<IMeterFactory>().Create("OrleansLimiter");
        using var listener = new MeterListener { InstrumentPublished = (instrument, to) => Listen(instrument, meter, to) };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => read[instrument.Name] = value);
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => read[instrument.Name] = value);
        listener.Start();
        Join(Peers.A);
        await BeatAsync(8);
        Assert.False(Decides);

        listener.RecordObservableInstruments();

        Assert.Equal(
            (0.3, 1, 1), (read["orleans_limiter.fenced"], read["orleans_limiter.fences"], read["orleans_limiter.fenced_decisions"]));
    }

    private static void Listen(Instrument instrument, Meter meter, MeterListener to)
    {
        if (instrument.Meter == meter)
        {
            to.EnableMeasurementEvents(instrument);
        }
    }

    private bool Decides
    {
        get
        {
            var rules = new GroupRules([new("limit", new(Algorithm.FixedWindow, 10, TimeSpan.FromSeconds(60)))], new(1, 0));
            Assert.True(new BucketGroupEntry().TryExecute(BucketOperation.Read(rules, 1), _silo.Living, out GroupReply reply));
            return reply.Outcome == GroupOutcome.Allowed;
        }
    }

    private Fence Create(bool decideWhenIsolated) => new(
        _silo, _membership, _sender, (IMembershipTable)(object)_table, new() { DecideWhenIsolated = decideWhenIsolated },
        _services.GetRequiredService<IMeterFactory>(), _log);

    private void Join(params SiloAddress[] silos) => _membership.Active.UnionWith(silos);

    private async Task BeatAsync(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _fence.Beat();
            await _fence.Last;
            _time.Advance(TimeSpan.FromMilliseconds(150));
        }
    }

    private Task<HealthCheckResult> CheckAsync() => new FenceHealthCheck(_fence, _silo.Living.Clock).CheckHealthAsync(new());

    /// <summary>A membership table that can be away.</summary>
    public class Table : DispatchProxy
    {
        public bool IsThere { get; set; } = true;

        public int Reads { get; private set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Reads++;
            return IsThere ? Task.FromResult<MembershipTableData>(null!) : Task.FromException<MembershipTableData>(new TimeoutException());
        }
    }
}
