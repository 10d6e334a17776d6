namespace OrleansLimiter.Silo.Tests;

/// <summary>
/// The database of a cluster for membership and overrides: a server on free ports of loopback, in a
/// temporary folder.
/// </summary>
public abstract class StoreServer : IAsyncDisposable
{
    private DirectoryInfo? _folder;

    /// <summary>What is not installed, and how to install it; null if nothing is missing.</summary>
    public abstract string? Missing { get; }

    /// <summary>The keys of the section <c>Orleans:Clustering</c>.</summary>
    public abstract IReadOnlyDictionary<string, string> Clustering { get; }

    /// <summary>The keys of the section <c>Orleans:GrainStorage:overrides</c>.</summary>
    public abstract IReadOnlyDictionary<string, string> GrainStorage { get; }

    protected string Folder => (_folder ??= Directory.CreateTempSubdirectory("limiter-store-")).FullName;

    /// <summary>Skips the test with a message if the server is not installed.</summary>
    internal void Require()
    {
        if (Missing is { } missing)
        {
            Assert.Skip(missing);
        }
    }

    /// <summary>Starts the server with its existing data. It is ready when this returns.</summary>
    public abstract Task StartAsync();

    /// <summary>Stops the server. Connections are closed, and new ones are refused.</summary>
    public abstract Task StopAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder?.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The path of a program; null if it is not installed.</summary>
    protected static string? Find(string program, params string[] folders) =>
        folders.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
