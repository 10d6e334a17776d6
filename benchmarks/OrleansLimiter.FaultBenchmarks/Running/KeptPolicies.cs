namespace OrleansLimiter.FaultBenchmarks;

/// <summary>The policies of the load, with <c>survive: restart</c> on the limits of accounts.</summary>
internal static class KeptPolicies
{
    /// <summary>Writes the policies into a new folder.</summary>
    public static string Write()
    {
        string folder = Directory.CreateTempSubdirectory("faults-").FullName;
        Write(folder, "frontline.yaml", "permits: 1000, window: 60s }", "permits: 1000, window: 60s, survive: restart }");
        Write(folder, "front.yaml", "    algorithm: fixed-window\n", "    algorithm: fixed-window\n    survive: restart\n");
        return folder;
    }

    private static void Write(string folder, string file, string without, string with)
    {
        string text = File.ReadAllText(Repository.Path("policies", file));
        Assert.Contains(without, text, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, file), text.Replace(without, with, StringComparison.Ordinal));
    }
}
