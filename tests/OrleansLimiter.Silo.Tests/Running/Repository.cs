using System.Reflection;

namespace OrleansLimiter.Silo.Tests;

/// <summary>Where the tests find what they run.</summary>
internal static class Repository
{
    public static string Path(params string[] parts) => System.IO.Path.Combine([Metadata("Root"), .. parts]);

    /// <summary>A host as it was built beside these tests.</summary>
    public static string Host(string name) =>
        Path("src", name, "bin", Metadata("Configuration"), "net10.0", $"{name}.dll");

    private static string Metadata(string key) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!;
}
