namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The processes of a measurement and a folder for their files. Both are removed on disposal.</summary>
/// <param name="repository">The root of the repository; the hosts are built there.</param>
internal sealed class Site(string repository) : IAsyncDisposable
{
    private readonly List<Child> _children = [];

    public DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("limiter-bench-");

    /// <summary>The contenders that were not measured, each with the reason in one sentence.</summary>
    public List<string> LeftOut { get; } = [];

    /// <summary>What was wrong in verifications that were repeated and then passed, each in one sentence.</summary>
    public List<string> Repeated { get; } = [];

    /// <summary>Starts a program of the machine.</summary>
    public Child Start(string program, IEnumerable<string> arguments, params (string Name, string Value)[] variables) =>
        Keep(Child.Start(Programs.Find(program)!, arguments, variables));

    /// <summary>Starts this program in another role.</summary>
    public Child StartSelf(params string[] arguments) => Keep(Child.StartSelf(arguments));

    /// <summary>Starts a host of this project.</summary>
    public Child StartHost(string project, string assembly, params string[] arguments) => Keep(Child.Start(
        "dotnet", [Path.Combine(repository, "src", project, "bin", "Release", "net10.0", $"{assembly}.dll"), .. arguments]));

    public async ValueTask DisposeAsync()
    {
        foreach (Child child in Enumerable.Reverse(_children))
        {
            await child.DisposeAsync();
        }

        Folder.Delete(recursive: true);
    }

    private Child Keep(Child child)
    {
        _children.Add(child);
        return child;
    }
}
