namespace OrleansLimiter.Packages.Tests;

/// <summary>The .NET tool.</summary>
public class ToolTests(PackedPackages packages)
{
    [Fact]
    public async Task The_tool_that_is_installed_from_its_package_validates_policies()
    {
        using var folder = new AppFolder(packages);
        await folder.DotNetAsync(
            "tool", "install", "OrleansLimiter.Cli", "--tool-path", "tools", "--version", packages.Version, "--source", packages.Source);
        folder.Write("good.yaml", Readme.Of("AspNetCore").Code("yaml"));
        folder.Write("bad.yaml", Readme.Of("AspNetCore").Code("yaml").Replace("permits: 2", "permits: 0"));

        (int code, string output) = await DotNet.TryRunAsync(folder.Root, folder.Path("tools", "limiter"), "validate", "good.yaml");
        (int badCode, string badOutput) = await DotNet.TryRunAsync(folder.Root, folder.Path("tools", "limiter"), "validate", "bad.yaml");

        Assert.Equal((0, "good.yaml: valid: policy shop, 1 limit"), (code, output.Split('\n')[0]));
        Assert.Equal(1, badCode);
        Assert.Contains("bad.yaml:7:", badOutput);
    }
}
