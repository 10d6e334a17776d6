using OrleansLimiter.Cluster;

namespace OrleansLimiter.Silo.Tests;

/// <summary>The dashboard's profiler is called once for each acquisition, up to a bound.</summary>
public sealed class AcquisitionReplayTests
{
    private static readonly Account s_account = new(AccountKind.Id, "a");

    private static readonly GroupKey[] s_keys =
    [
        GroupKey.ForBurst("p", s_account, "e", "1"), GroupKey.ForEndpoint("p", s_account, "e", "live"), GroupKey.ForAccount("p", s_account),
    ];

    private readonly ProfilerFilter _filter = new();
    private readonly AcquisitionCounters _counters = new();
    private readonly AcquisitionReplay _replay;

    public AcquisitionReplayTests() => _replay = new(new(_filter), _counters);

    [Fact]
    public void Each_group_of_an_acquisition_is_a_call_whether_it_was_allowed_or_refused()
    {
        _replay.Run();
        Acquire(s_keys, times: 3, allowed: true);
        Acquire(s_keys[..1], times: 4, allowed: false);
        Acquire(s_keys[2..], times: 5, allowed: true);
        _replay.Run();

        Assert.Equal(["3 EndpointGrain.Acquire", "7 BurstGrain.Acquire", "8 AccountGrain.Acquire"], _filter.Take());
    }

    [Fact]
    public void An_acquisition_is_replayed_once()
    {
        _replay.Run();
        Acquire(s_keys[..1], times: 2);
        _replay.Run();
        _filter.Take();
        _replay.Run();

        Assert.Empty(_filter.Take());
    }

    [Fact]
    public void Nothing_is_counted_or_called_while_nobody_looks()
    {
        _filter.IsEnabled = false;
        _replay.Run();
        Acquire(s_keys, times: 3);

        Assert.False(_counters.IsEnabled);
        Assert.Equal(0, _counters.Acquired(Scope.Burst));
        Assert.Empty(_filter.Take());
    }

    [Fact]
    public void Counting_stops_when_nobody_looks_any_more_and_starts_without_what_was_not_shown()
    {
        _replay.Run();
        Acquire(s_keys[..1], times: 3);
        _filter.IsEnabled = false;
        _replay.Run();
        Acquire(s_keys[..1], times: 3);
        _filter.IsEnabled = true;
        _replay.Run();
        Acquire(s_keys[..1], times: 2);
        _replay.Run();

        Assert.Equal(["2 BurstGrain.Acquire"], _filter.Take());
    }

    [Fact]
    public void An_acquisition_that_could_not_be_executed_is_a_failed_call()
    {
        _replay.Run();
        Acquire(s_keys[1..2], times: 3);
        var unavailable = GroupReply.Unavailable(GroupNotes.TooManyGroups);
        var request = new GroupRequest(s_keys[1], BucketOperation.Acquire(Rules, 1));
        _counters.OnReply(new(in request), new(in unavailable));
        _replay.Run();

        Assert.Equal(["1 EndpointGrain.Acquire failed", "3 EndpointGrain.Acquire"], _filter.Take());
    }

    [Theory]
    [InlineData(1, 0, 1, "Acquire")]
    [InlineData(1, 9, 10, "Acquire (each stands for 10)")]
    [InlineData(10, 50, 100, "Acquire (each stands for 100)")]
    public void Above_the_bound_a_call_stands_for_several_acquisitions_and_none_is_lost(int bounds, int more, int each, string method)
    {
        int acquisitions = bounds * AcquisitionReplay.Bound + (each == 10 ? 10 : 0) + more;
        _replay.Run();
        Acquire(s_keys[..1], acquisitions);
        _replay.Run();
        Assert.Equal([$"{acquisitions / each} BurstGrain.{method}"], _filter.Take());

        _replay.Run();
        Assert.Equal(more == 0 ? [] : [$"{more} BurstGrain.Acquire"], _filter.Take());
    }

    [Fact]
    public void Failed_calls_take_longer_and_reach_the_bound_earlier()
    {
        _replay.Run();
        var unavailable = GroupReply.Unavailable(GroupNotes.TooManyGroups);
        var request = new GroupRequest(s_keys[1], BucketOperation.Acquire(Rules, 1));
        for (int i = 0; i < AcquisitionReplay.Bound / AcquisitionReplay.CallsForFailure; i++)
        {
            _counters.OnReply(new(in request), new(in unavailable));
        }

        _replay.Run();

        Assert.Equal(["500 EndpointGrain.Acquire (each stands for 10) failed"], _filter.Take());
    }

    private static GroupRules Rules => new([new("limit", new(Algorithm.FixedWindow, 1, TimeSpan.FromSeconds(1)))], new(1, 0));

    private void Acquire(GroupKey[] groups, int times, bool allowed = true)
    {
        for (int i = 0; i < times; i++)
        {
            _counters.OnAcquire(executed: true, groups, allowed);
        }
    }
}
