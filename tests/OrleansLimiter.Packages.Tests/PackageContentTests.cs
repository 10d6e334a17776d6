using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace OrleansLimiter.Packages.Tests;

/// <summary>What is in the packages.</summary>
public class PackageContentTests(PackedPackages packages)
{
    private const string Tool = "Cli";

    private static readonly Dictionary<string, string[]> Dependencies = new()
    {
        ["Core"] = [],
        ["Policies"] = ["Core", "YamlDotNet"],
        ["Decisions"] = ["Core", "Policies", "Microsoft.Extensions.DependencyInjection.Abstractions"],
        ["AspNetCore"] = ["Decisions"],
        ["Http"] = ["Decisions", "Microsoft.AspNetCore.OpenApi"],
        ["Grpc"] = ["Http", "Grpc.AspNetCore", "Grpc.AspNetCore.HealthChecks", "Grpc.AspNetCore.Server.Reflection"],
        ["Cluster"] = ["Decisions", "Microsoft.Orleans.Sdk", "System.IO.Hashing"],
        ["Grains"] = ["Cluster", "Microsoft.Orleans.Server"],
    };

    public static TheoryData<string> Libraries => [.. Dependencies.Keys];

    public static TheoryData<string> All => [.. Dependencies.Keys, Tool];

    [Fact]
    public void Only_the_libraries_and_the_tool_are_packed() => Assert.Equal(
        Dependencies.Keys.Append(Tool)
            .SelectMany(name => Extensions(name).Select(extension => $"OrleansLimiter.{name}.{packages.Version}.{extension}"))
            .Order(StringComparer.Ordinal),
        packages.Files.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_has_its_documentation_and_its_public_api(string name)
    {
        string id = $"OrleansLimiter.{name}";
        using Package package = packages.Open(id);

        Assert.Equal(
            [
                "LICENSE", "README.md", "api/PublicAPI.Shipped.txt", "api/PublicAPI.Unshipped.txt", "icon.png",
                $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml",
            ],
            package.Files);
        Assert.Contains("<summary>", Text(package, $"lib/net10.0/{id}.xml"));
        Assert.Equal(Repository.Read("src", id, "PublicAPI.Unshipped.txt"), Text(package, "api/PublicAPI.Unshipped.txt"));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_depends_on_what_its_rule_allows(string name)
    {
        using Package package = packages.Open($"OrleansLimiter.{name}");
        Dictionary<string, string> versions = XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(item => item.Attribute("Include")!.Value, item => item.Attribute("Version")!.Value);

        Assert.Equal(
            Dependencies[name].Select(dependency => versions.TryGetValue(dependency, out string? version)
                ? $"{dependency} {version}"
                : $"OrleansLimiter.{dependency} {packages.Version}").Order(StringComparer.Ordinal),
            package.Dependencies);
        Assert.Equal(name is "Core" or "Policies" or "Decisions" ? [] : ["Microsoft.AspNetCore.App"], package.Frameworks);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_package_says_what_it_is(string name)
    {
        using Package package = packages.Open($"OrleansLimiter.{name}");

        Assert.Equal(packages.Version, package["version"]);
        Assert.Equal("MIT", package["license"]);
        Assert.Equal("OrleansLimiter", package["authors"]);
        Assert.Contains("OrleansLimiter contributors", package["copyright"]);
        Assert.EndsWith(".", package["description"]);
        Assert.Contains("rate-limiting", package["tags"].Split(' '));
        Assert.Equal("README.md", package["readme"]);
        Assert.StartsWith($"# OrleansLimiter.{name}\n", Text(package, "README.md"));
        Assert.Equal("icon.png", package["icon"]);
        Assert.Equal([0x89, .. "PNG"u8], package.Bytes("icon.png")[..4]);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_symbols_are_those_of_the_library(string name)
    {
        string file = $"lib/net10.0/OrleansLimiter.{name}";
        using Package package = packages.Open($"OrleansLimiter.{name}");
        using Package symbols = packages.Open($"OrleansLimiter.{name}", "snupkg");
        using var assembly = new PEReader(new MemoryStream(package.Bytes($"{file}.dll")));
        using MetadataReaderProvider pdb = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(symbols.Bytes($"{file}.pdb")));

        DebugDirectoryEntry[] entries = [.. assembly.ReadDebugDirectory()];
        DebugDirectoryEntry codeView = entries.Single(entry => entry.Type == DebugDirectoryEntryType.CodeView);

        Assert.Equal(
            assembly.ReadCodeViewDebugDirectoryData(codeView).Guid,
            new BlobContentId(pdb.GetMetadataReader().DebugMetadataHeader!.Id).Guid);
        Assert.Contains(entries, entry => entry.Type == DebugDirectoryEntryType.Reproducible);
    }

    [Fact]
    public void The_tool_is_the_command_limiter()
    {
        using Package package = packages.Open($"OrleansLimiter.{Tool}");

        Assert.Equal("DotnetTool", package.Kind);
        Assert.Empty(package.Dependencies);
        Assert.Contains("Name=\"limiter\"", Text(package, "tools/net10.0/any/DotnetToolSettings.xml"));
    }

    private static IEnumerable<string> Extensions(string name) => name == Tool ? ["nupkg"] : ["nupkg", "snupkg"];

    private static string Text(Package package, string file) => System.Text.Encoding.UTF8.GetString(package.Bytes(file));
}
