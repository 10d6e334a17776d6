namespace OrleansLimiter.Decisions.Tests;

/// <summary>A temporary folder of policy files, and a catalog over it.</summary>
internal sealed class PolicyFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("policies-").FullName;

    public FakeTime Time { get; } = new();

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Write(string name, string text) => System.IO.File.WriteAllText(File(name), text);

    /// <summary>Creates a catalog over the folder, whose policies must be valid.</summary>
    public PolicyCatalog Load()
    {
        var load = PolicyCatalog.Load([Path], Time);
        Assert.Empty(load.Errors);
        return load.Catalog!;
    }

    /// <summary>The changes, each as <c>Kind file policy</c>.</summary>
    public static string[] Refresh(PolicyCatalog catalog) =>
        [.. catalog.Refresh().Select(change => $"{change.Kind} {System.IO.Path.GetFileName(change.File)} {change.Policy}")];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
