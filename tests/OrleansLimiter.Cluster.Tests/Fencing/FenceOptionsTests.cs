using Orleans.Configuration;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>The span of a heartbeat follows the failure detection.</summary>
public sealed class FenceOptionsTests
{
    [Theory]
    [InlineData(500, 3, 900)]
    [InlineData(5000, 3, 9000)]
    [InlineData(500, 2, 450)]
    [InlineData(500, 1, 225)]
    public void A_heartbeat_is_valid_for_nine_tenths_of_the_shortest_failure_detection(int probe, int missed, int expected)
    {
        var membership = new ClusterMembershipOptions { ProbeTimeout = TimeSpan.FromMilliseconds(probe), NumMissedProbesLimit = missed };

        Assert.Equal(TimeSpan.FromMilliseconds(expected), FenceOptions.SpanFor(membership));
    }

    [Fact]
    public void Six_heartbeats_are_sent_in_that_time() => Assert.Equal(TimeSpan.FromMilliseconds(150), new FenceOptions().Period);
}
