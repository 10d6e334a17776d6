using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

public class ReplicaPaceTests
{
    private readonly ReplicaPace _pace = new(TimeSpan.FromMilliseconds(100));

    [Fact]
    public void Passes_that_are_short_follow_at_the_interval()
    {
        _pace.Add(500, TimeSpan.FromMilliseconds(0.5));

        Assert.Equal(TimeSpan.FromMilliseconds(100), _pace.Next());
    }

    [Fact]
    public void Replicas_use_at_most_a_twentieth_of_a_processor_a_sixth_of_it_to_save_states()
    {
        _pace.Add(5_000, TimeSpan.FromMilliseconds(10));
        _pace.Add(5_000, TimeSpan.FromMilliseconds(10));

        Assert.Equal(TimeSpan.FromMilliseconds(2_400), _pace.Next());
        Assert.Equal(TimeSpan.FromMilliseconds(100), _pace.Next());
    }

    [Fact]
    public void A_pause_of_the_thread_while_it_is_measured_hardly_changes_the_pace()
    {
        _pace.Add(1_000, TimeSpan.FromMilliseconds(10));
        _pace.Next();

        _pace.Add(1_000, TimeSpan.FromMilliseconds(500));

        Assert.Equal(TimeSpan.FromMilliseconds(1_320), _pace.Next());
    }

    [Fact]
    public void The_pace_is_never_slower_than_five_seconds()
    {
        _pace.Add(1_000, TimeSpan.FromSeconds(10));

        Assert.Equal(ReplicaPace.Max, _pace.Next());
    }
}
