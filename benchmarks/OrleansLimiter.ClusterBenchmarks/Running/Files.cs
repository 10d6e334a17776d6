namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The configuration of the contenders, in the folder of this program.</summary>
internal static class Files
{
    /// <summary>The policies of the measurements over HTTP.</summary>
    public static readonly string[] Policies = [.. Shape.ByLimits.Concat(Shape.AttackByLimits).Select(shape => shape.File)];

    public static readonly string Requests = Of("requests.lua");

    public static string Of(string name) => Path.Combine(AppContext.BaseDirectory, "Contenders", name);

    /// <summary>Writes the configuration of a contender with its port, and returns its path.</summary>
    public static string Fill(string name, DirectoryInfo folder, int port)
    {
        string path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, File.ReadAllText(Of(name)).Replace("@PORT@", $"{port}", StringComparison.Ordinal));
        return path;
    }
}
