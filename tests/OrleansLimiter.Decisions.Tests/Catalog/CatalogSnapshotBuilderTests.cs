namespace OrleansLimiter.Decisions.Tests;

public class CatalogSnapshotBuilderTests
{
    [Fact]
    public void Another_value_of_paths_is_a_change_of_the_policy()
    {
        PolicyDefinition before = TestLimiter.Definition();

        Assert.True(CatalogSnapshotBuilder.IsSame(before, before with { Paths = new() }));
        Assert.False(CatalogSnapshotBuilder.IsSame(before, before with { Paths = new() { Suffix = PathSuffix.Cut } }));
    }
}
