namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>What the contenders are told, copied beside this program.</summary>
internal static class Files
{
    /// <summary>The policies that are asked for over HTTP.</summary>
    public static readonly string[] Policies = [.. Shape.ByLimits.Concat(Shape.AttackByLimits).Select(shape => shape.File)];

    public static readonly string Requests = Of("requests.lua");

    public static string Of(string name) => Path.Combine(AppContext.BaseDirectory, "Contenders", name);

    /// <summary>Writes a contender's configuration with its port filled in; where it is.</summary>
    public static string Fill(string name, DirectoryInfo folder, int port)
    {
        string path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, File.ReadAllText(Of(name)).Replace("@PORT@", $"{port}", StringComparison.Ordinal));
        return path;
    }
}
