using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Core.Tests;

/// <summary>The dependency rules. A new project must be added to the table, or a test fails.</summary>
public partial class ArchitectureTests
{
    private const string AspNet = "Microsoft.AspNetCore.App";

    private static readonly string[] Hosts = ["Cli", "Silo", "FrontEnd"];

    /// <summary>What a project may reference: other projects, packages, and shared frameworks.</summary>
    private static readonly Dictionary<string, string[]> AllowedReferences = new()
    {
        ["Core"] = [],
        ["Policies"] = ["Core", "YamlDotNet"],
        ["Decisions"] = ["Core", "Policies", "Microsoft.Extensions.DependencyInjection.Abstractions"],
        ["AspNetCore"] = ["Decisions", AspNet],
        ["Http"] = ["Decisions", AspNet, "Microsoft.AspNetCore.OpenApi"],
        ["Grpc"] = ["Http", AspNet, "Grpc.AspNetCore", "Grpc.AspNetCore.HealthChecks", "Grpc.AspNetCore.Server.Reflection"],
        ["Hosting"] = ["Http", "Grpc", AspNet],
        ["Cluster"] = ["Core", "Decisions", AspNet, "Microsoft.Orleans.Sdk", "System.IO.Hashing"],
        ["Grains"] = ["Core", "Cluster", AspNet, "Microsoft.Orleans.Server"],
        ["Silo"] =
        [
            "Hosting", "Grains", AspNet, "Microsoft.Orleans.Dashboard",
            "Microsoft.Orleans.Clustering.AdoNet", "Microsoft.Orleans.Persistence.AdoNet", "Npgsql",
            "Microsoft.Orleans.Clustering.AzureStorage", "Microsoft.Orleans.Persistence.AzureStorage",
            "Microsoft.Orleans.Clustering.Redis", "Microsoft.Orleans.Persistence.Redis",
        ],
        ["FrontEnd"] =
        [
            "Hosting", "Cluster", AspNet, "Microsoft.Orleans.Client", "Microsoft.Orleans.Clustering.AdoNet", "Npgsql",
            "Microsoft.Orleans.Clustering.AzureStorage", "Microsoft.Orleans.Clustering.Redis",
        ],
        ["Cli"] = ["Hosting", "Http", AspNet, "Spectre.Console", "System.CommandLine"],
    };

    public static TheoryData<string> Projects => [.. Directory.GetDirectories(Path.Combine(Root(), "src")).Select(ProjectName)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_its_rule_allows(string project)
    {
        Assert.True(AllowedReferences.TryGetValue(project, out string[]? allowed), $"{project} is not in the table of dependency rules");
        Assert.Empty(References(project).Except(allowed));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_project_references_a_host(string project) => Assert.Empty(References(project).Intersect(Hosts));

    [Fact]
    public void Compiled_assemblies_reference_no_more_than_the_rules_allow()
    {
        Assert.Equal([], ForeignReferences(typeof(BucketGroup).Assembly));
        Assert.Equal(["OrleansLimiter.Core", "YamlDotNet"], ForeignReferences(typeof(PolicyReader).Assembly));
        Assert.Equal(
            ["Microsoft.Extensions.DependencyInjection.Abstractions", "OrleansLimiter.Core", "OrleansLimiter.Policies"],
            ForeignReferences(typeof(Limiter).Assembly));
    }

    [Fact]
    public void Every_type_is_in_the_one_namespace_of_its_project()
    {
        foreach ((string project, string file, string text) in Sources())
        {
            string expected = project == "Core" ? "OrleansLimiter" : $"OrleansLimiter.{project}";
            string[] found = [.. Namespace().Matches(text).Select(match => match.Groups[1].Value)];
            Assert.True(found.All(name => name == expected), $"{file} declares {string.Join(", ", found)}; the namespace of its project is {expected}");
        }
    }

    [Fact]
    public void No_two_types_share_a_name()
    {
        IEnumerable<string> shared = Sources()
            .SelectMany(source => TypeName().Matches(source.Text).Select(match => (Name: match.Groups["name"].Value, IsPart: match.Groups["part"].Success)))
            .GroupBy(type => type.Name).Where(group => group.Count() > 1 && !group.All(type => type.IsPart))
            .Select(group => group.Key);
        Assert.Empty(shared);
    }

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    // Types at the top level of a file; two that differ in their type parameters are two names.
    [GeneratedRegex(
        @"^(?:public |internal )?(?:(?:sealed|static|abstract|readonly|ref|(?<part>partial)) )*(?:record struct|record|struct|class|interface|enum) (?<name>\w+(?:<[\w, ]+>)?)",
        RegexOptions.Multiline)]
    private static partial Regex TypeName();

    private static IEnumerable<(string ProjectName, string File, string Text)> Sources() =>
        from folder in Directory.GetDirectories(Path.Combine(Root(), "src"))
        from file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(folder, file)
        where !path.StartsWith("obj", StringComparison.Ordinal) && !path.StartsWith("bin", StringComparison.Ordinal)
        select (ProjectName(folder), file, File.ReadAllText(file));

    private static IEnumerable<string> References(string project)
    {
        string name = $"OrleansLimiter.{project}";
        XDocument file = XDocument.Load(Path.Combine(Root(), "src", name, $"{name}.csproj"));
        return file.Descendants()
            .Where(item => item.Name.LocalName is "ProjectReference" or "PackageReference" or "FrameworkReference" or "Reference")
            .Select(item => item.Name.LocalName == "ProjectReference"
                ? ProjectName(Path.GetDirectoryName(item.Attribute("Include")!.Value)!)
                : item.Attribute("Include")!.Value);
    }

    // Of the shared frameworks these assemblies need the BCL only, whose assembly names begin with System.
    private static IEnumerable<string> ForeignReferences(Assembly assembly) => assembly.GetReferencedAssemblies()
        .Select(reference => reference.Name!)
        .Where(name => !name.StartsWith("System.", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    private static string ProjectName(string folder) => Path.GetFileName(folder).Replace("OrleansLimiter.", "", StringComparison.Ordinal);

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "OrleansLimiter.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException("no folder above the tests holds OrleansLimiter.sln");
    }
}
