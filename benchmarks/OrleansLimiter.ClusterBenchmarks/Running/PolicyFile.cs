namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Writes the policies of measurements without HTTP.</summary>
internal static class PolicyFile
{
    /// <summary>Writes a policy, and returns its path.</summary>
    /// <param name="folder">The folder of the file.</param>
    /// <param name="name">The name of the policy and of its file.</param>
    /// <param name="limits">Each limit on one line of YAML.</param>
    /// <param name="unlisted">Whether paths that are not listed share an endpoint (<c>shared</c>) or not (<c>route</c>).</param>
    public static string Write(DirectoryInfo folder, string name, IEnumerable<string> limits, string unlisted = "shared")
    {
        string path = Path.Combine(folder.FullName, $"{name}.yaml");
        File.WriteAllText(path, $$"""
            policy: {{name}}
            generation: 1
            identity: { account: [header:X-Account-Id] }
            endpoints: { charge_intents: [ANY /v1/charge_intents/**] }
            unlisted: {{unlisted}}
            limits:
            {{string.Join('\n', limits.Select(limit => $"  - {limit}"))}}
            """);
        return path;
    }
}
