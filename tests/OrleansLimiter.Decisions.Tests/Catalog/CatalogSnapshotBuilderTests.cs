using System.Runtime.CompilerServices;
using System.Text.Json;

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

    [Fact]
    public void Generated_code_compares_what_reflection_finds_in_the_complete_example()
    {
        string page = File.ReadAllText(Path.Combine(Root(), "docs", "policy-reference.md"));
        PolicyDefinition policy = PolicyText.Read(page.Split("```yaml\n")[1].Split("```\n")[0]).Policy!;

        Assert.Equal(JsonSerializer.Serialize(policy), JsonSerializer.Serialize(policy, DefinitionJson.Default.PolicyDefinition));
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../.."));
}
