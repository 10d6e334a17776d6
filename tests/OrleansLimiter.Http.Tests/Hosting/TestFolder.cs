namespace OrleansLimiter.Http.Tests;

/// <summary>A folder for one test, gone with it.</summary>
internal sealed class TestFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("limiter-");

    public string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    public void Write(string name, string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(name))!);
        File.WriteAllText(Path(name), content);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
