using System.Reflection;

namespace OrleansLimiter.Silo.Tests;

/// <summary>The paths of the repository.</summary>
internal static class Repository
{
    public static string Path(params string[] parts) => System.IO.Path.Combine([Metadata("Root"), .. parts]);

    /// <summary>
    /// The command of a host: built in the configuration of the tests, or published for a benchmark, with a runtime of its own.
    /// </summary>
    public static string[] Host(string name) => Metadata("Hosts") is var folder && folder == "published"
        ? [Path("src", name, "bin", folder, name)]
        : ["dotnet", Path("src", name, "bin", folder, $"{name}.dll")];

    private static string Metadata(string key) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!;
}
