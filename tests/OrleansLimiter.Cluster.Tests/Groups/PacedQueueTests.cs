using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>Many items are processed at a bounded rate.</summary>
public sealed class PacedQueueTests : IDisposable
{
    private readonly FakeTime _time = new();
    private readonly List<int> _done = [];
    private readonly PacedQueue<int> _queue;
    private int _perStep = 3;

    public PacedQueueTests() => _queue = new(new(_time), () => _perStep, _done.Add);

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void Some_items_run_at_once_and_as_many_in_each_step()
    {
        _queue.RunAll(Enumerable.Range(0, 8));
        Assert.Equal([0, 1, 2], _done);

        _time.Advance(PacedQueue<int>.Period);
        Assert.Equal((6, 2), (_done.Count, _queue.Count));

        _perStep = 100;
        _time.Advance(PacedQueue<int>.Period);
        Assert.Equal(Enumerable.Range(0, 8), _done);
    }

    [Fact]
    public void Without_waiting_items_there_is_no_timer()
    {
        _queue.RunAll([]);
        Assert.Equal(0, _time.Timers);
        _queue.RunAll(Enumerable.Range(0, 3));
        Assert.Equal(0, _time.Timers);
        _queue.RunAll(Enumerable.Range(0, 4));
        Assert.Equal(1, _time.Timers);

        _time.Advance(PacedQueue<int>.Period);

        Assert.Equal((7, 0), (_done.Count, _time.Timers));
    }

    [Fact]
    public void While_items_wait_further_ones_are_not_even_listed()
    {
        _queue.RunAll(Enumerable.Range(0, 4));

        _queue.RunAll(Enumerable.Range(0, 4).Select<int, int>(_ => throw new InvalidOperationException()));

        _time.Advance(PacedQueue<int>.Period);
        Assert.Equal([0, 1, 2, 3], _done);
    }

    [Fact]
    public void Nothing_runs_after_the_end()
    {
        _queue.RunAll(Enumerable.Range(0, 8));

        _queue.Dispose();
        _time.Advance(TimeSpan.FromSeconds(10));
        _queue.RunAll(Enumerable.Range(0, 8));

        Assert.Equal([0, 1, 2], _done);
        Assert.Equal(0, _time.Timers);
    }
}
