namespace OrleansLimiter.Core.Tests;

public class DescriptorTests
{
    // Messages list the words in this order.
    [Fact]
    public void The_words_of_the_policy_language_do_not_change()
    {
        Assert.Equal(["rolling-window", "fixed-window", "leaky-bucket", "token-bucket"], AlgorithmDescriptor.Words.Words.ToArray());
        Assert.Equal(["endpoint", "burst", "account"], ScopeDescriptor.Words.Words.ToArray());
        Assert.Equal(["id", "ip"], AccountKinds.Words.Words.ToArray());
    }

    [Fact]
    public void Every_algorithm_has_a_descriptor()
    {
        Assert.All(Enum.GetValues<Algorithm>(), algorithm => Assert.Equal(algorithm, AlgorithmDescriptor.Of(algorithm).Algorithm));
    }

    [Fact]
    public void Every_scope_has_a_descriptor()
    {
        Assert.All(Enum.GetValues<Scope>(), scope => Assert.Equal(scope, ScopeDescriptor.Of(scope).Scope));
    }

    [Fact]
    public void An_unknown_value_of_a_newer_version_is_not_mistaken_for_another()
    {
        Assert.Null(AlgorithmDescriptor.Find((Algorithm)255));
        Assert.Null(ScopeDescriptor.Find((Scope)255));
        Assert.Throws<ArgumentOutOfRangeException>(() => AlgorithmDescriptor.Of(default));
        Assert.Throws<ArgumentOutOfRangeException>(() => ScopeDescriptor.Of(default));
    }

    [Fact]
    public void Only_algorithms_with_a_burst_accept_one()
    {
        Assert.All(AlgorithmDescriptor.All, each => Assert.Equal(
            each.HasBurst, Rule.Validate(each.Algorithm, 10, TimeSpan.FromSeconds(1), 20) is null));
    }

    [Fact]
    public void No_two_scopes_name_their_groups_by_the_same_parts()
    {
        Assert.Distinct(ScopeDescriptor.All.Select(each => (each.HasEndpoint, each.Qualifier)));
    }

    [Fact]
    public void Only_the_scope_endpoint_has_groups_for_each_value_of_a_dimension()
    {
        Assert.Equal(["mode", null, null], ScopeDescriptor.All.Select(each => each.Dimension));
    }
}
