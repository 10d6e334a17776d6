using OrleansLimiter.Packages.Tests;

[assembly: AssemblyFixture(typeof(PackedPackages))]

namespace OrleansLimiter.Packages.Tests;

/// <summary>
/// The packages, packed once for all tests from what the solution has built. Their version is unique, so that NuGet takes none of them from
/// the cache of an earlier run; what it caches of them is removed in the end.
/// </summary>
public sealed class PackedPackages : IAsyncLifetime
{
    private readonly TestFolder _folder = new();

    /// <summary>The program <c>limiter</c> that the solution has built.</summary>
    public static string BuiltTool { get; } = Path.Combine(
        Repository.Root, "src", "OrleansLimiter.Cli", "bin", "Release", "net10.0", "limiter.dll");

    /// <summary>The version of the packages.</summary>
    public string Version { get; } = $"{Repository.Version}-test.g{Guid.NewGuid():N}";

    /// <summary>The folder that has the packages, a source of NuGet.</summary>
    public string Source => _folder.Path("packages");

    /// <summary>The names of the packed files.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFiles(Source).Select(file => Path.GetFileName(file));

    /// <summary>Opens a package.</summary>
    public Package Open(string id, string extension = "nupkg") => new(Path.Combine(Source, $"{id}.{Version}.{extension}"));

    public async ValueTask InitializeAsync() => await DotNet.RunAsync(
        Repository.Root, "pack", "OrleansLimiter.sln", "--configuration", "Release", "--no-build", "--output", Source,
        $"-p:PackageVersion={Version}", $"-p:NuspecOutputPath={_folder.Path("nuspecs")}{Path.DirectorySeparatorChar}");

    public ValueTask DisposeAsync()
    {
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (DirectoryInfo package in Directory.CreateDirectory(cache).GetDirectories("orleanslimiter.*"))
        {
            package.GetDirectories(Version).SingleOrDefault()?.Delete(recursive: true);
            if (!package.EnumerateFileSystemInfos().Any())
            {
                package.Delete();
            }
        }

        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
