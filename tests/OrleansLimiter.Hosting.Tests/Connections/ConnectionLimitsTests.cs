namespace OrleansLimiter.Hosting.Tests;

public sealed class ConnectionLimitsTests
{
    private const long GiB = 1L << 30;

    [Theory]
    [InlineData(1_000, 438, 62)]
    [InlineData(3_000, 1_372, 128)]
    [InlineData(20_000, 17_824, 128)]
    [InlineData(64, 16, 16)]
    public void The_default_leaves_descriptors_for_administration_and_the_rest(int descriptors, int decisions, int administration) =>
        Assert.Equal(new ConnectionLimits(decisions, administration, null), ConnectionLimits.For(null, null, descriptors, 64 * GiB));

    [Theory]
    [InlineData(1, 4_096)]
    [InlineData(2, 8_192)]
    [InlineData(16, 65_536)]
    public void The_default_needs_at_most_a_quarter_of_the_memory_if_each_connection_buffers_64_KiB(int gibibytes, int decisions) =>
        Assert.Equal(decisions, ConnectionLimits.For(null, null, int.MaxValue, gibibytes * GiB).Decisions);

    [Fact]
    public void A_configured_number_is_not_bounded_by_the_memory_but_by_the_descriptors()
    {
        Assert.Equal(10_000, ConnectionLimits.For(10_000, null, 20_000, GiB).Decisions);
        Assert.Equal(17_824, ConnectionLimits.For(50_000, null, 20_000, GiB).Decisions);
        Assert.Equal(new ConnectionLimits(1, 128, 3), ConnectionLimits.For(1, 3, 20_000, GiB));
    }

    [Theory]
    [InlineData("Max processes  63432  63432  processes\nMax open files            1024                 524288               files     \n", 1_024)]
    [InlineData("Max open files            unlimited            unlimited            files     \n", int.MaxValue)]
    [InlineData("Max open files            9223372036854775807  9223372036854775807  files     \n", int.MaxValue)]
    [InlineData("Max locked memory         8388608              8388608              bytes     \n", DescriptorLimit.Unknown)]
    [InlineData("", DescriptorLimit.Unknown)]
    public void The_limit_of_descriptors_is_read_from_the_limits_of_the_process(string limits, int descriptors) =>
        Assert.Equal(descriptors, DescriptorLimit.Parse(limits));
}
