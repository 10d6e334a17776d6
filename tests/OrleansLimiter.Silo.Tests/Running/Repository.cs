using System.Reflection;

namespace OrleansLimiter.Silo.Tests;

/// <summary>The paths of the repository.</summary>
internal static class Repository
{
    public static string Path(params string[] parts) => System.IO.Path.Combine([Metadata("Root"), .. parts]);

    /// <summary>The program of a host: built in the configuration of the tests, or published for a benchmark.</summary>
    public static string Host(string name) => Path("src", name, "bin", Metadata("Hosts"), $"{name}.dll");

    private static string Metadata(string key) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!;
}
