namespace OrleansLimiter.Silo.Tests;

/// <summary>
/// Where a cluster keeps the list of its silos and the overrides: a server of the test's own, on free ports of loopback, in a
/// folder that goes with it.
/// </summary>
public abstract class StoreServer : IAsyncDisposable
{
    private DirectoryInfo? _folder;

    /// <summary>What is not installed here, and how it is; null where nothing is missing.</summary>
    public abstract string? Missing { get; }

    /// <summary>The keys of the section <c>Orleans:Clustering</c>.</summary>
    public abstract IReadOnlyDictionary<string, string> Clustering { get; }

    /// <summary>The keys of the section <c>Orleans:GrainStorage:overrides</c>.</summary>
    public abstract IReadOnlyDictionary<string, string> GrainStorage { get; }

    protected string Folder => (_folder ??= Directory.CreateTempSubdirectory("limiter-store-")).FullName;

    /// <summary>Skips the test that asks where the server is not installed, with a message that says so.</summary>
    internal void Require()
    {
        if (Missing is { } missing)
        {
            Assert.Skip(missing);
        }
    }

    /// <summary>Starts it, with what it kept before; it can be reached when this returns.</summary>
    public abstract Task StartAsync();

    /// <summary>Ends it: connections are cut, and new ones are refused.</summary>
    public abstract Task StopAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder?.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Where a program is; null where it is not installed.</summary>
    protected static string? Find(string program, params string[] folders) =>
        folders.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
