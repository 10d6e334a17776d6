namespace OrleansLimiter.Decisions.Tests;

public class GenerationsTests
{
    [Fact]
    public void Another_value_of_paths_is_a_change_of_the_policy()
    {
        PolicyDefinition before = TestLimiter.Definition();

        Assert.True(Generations.Same(before, before with { Paths = new() }));
        Assert.False(Generations.Same(before, before with { Paths = new() { Suffix = PathSuffix.Cut } }));
    }
}
