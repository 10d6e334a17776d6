namespace OrleansLimiter.Packages.Tests;

/// <summary>A folder outside of the repository for an app that uses the packages.</summary>
internal sealed class AppFolder : IDisposable
{
    private readonly TestFolder _folder = new();

    public AppFolder(PackedPackages packages)
    {
        _folder.Write("global.json", Repository.Read("global.json"));
        _folder.Write("NuGet.config", $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{packages.Source}" />
              </packageSources>
              <packageSourceMapping>
                <clear />
              </packageSourceMapping>
            </configuration>
            """);
    }

    /// <summary>The path of the folder.</summary>
    public string Root => _folder.Path("");

    public string Path(params string[] path) => System.IO.Path.Combine([Root, .. path]);

    /// <summary>Writes a file and creates its folder.</summary>
    public void Write(string name, string content) => _folder.Write(name, content);

    /// <summary>Runs <c>dotnet</c> in the folder.</summary>
    public Task<string> DotNetAsync(params string[] arguments) => DotNet.RunAsync(Root, arguments);

    public void Dispose() => _folder.Dispose();
}
