namespace OrleansLimiter.AttackBenchmarks;

/// <summary>What is attacked.</summary>
/// <param name="Id">The name for the command line.</param>
/// <param name="Name">The name in the results.</param>
/// <param name="Command">The program with its arguments. Of the ports, the first is that of decisions, and the second that of administration.</param>
/// <param name="Variables">Environment variables.</param>
/// <param name="IsOurs">Whether it has an address of administration.</param>
internal sealed record Contender(
    string Id, string Name, Func<int[], string[]> Command, Func<int[], IReadOnlyList<(string Name, string Value)>> Variables, bool IsOurs)
{
    public const string Embedded = "embedded";

    /// <summary>The contenders, of which the first is the one that the others are compared with.</summary>
    public static Contender[] All(string root, string folder)
    {
        string policies = $"{Path.Combine(root, "policies")};{Path.Combine(AppContext.BaseDirectory, "honest.yaml")}";
        return
        [
            new("bare", "bare Kestrel handler", ports => [Environment.ProcessPath!, "bare", $"{ports[0]}"], _ => [], IsOurs: false),
            new(
                "embedded",
                Embedded,
                ports =>
                [
                    "dotnet", Host(root, "OrleansLimiter.Cli", "limiter"), "serve", "--policies", policies, "--urls", Local(ports[0]),
                    "--admin-urls", Local(ports[1]), "--overrides", Path.Combine(folder, "overrides.json"),
                    "--counts", Path.Combine(folder, $"counts-{ports[0]}.log"),
                ],
                _ => [],
                IsOurs: true),
            new(
                "silo",
                "silo with front-end inside",
                _ => ["dotnet", Host(root, "OrleansLimiter.Silo", "OrleansLimiter.Silo")],
                ports =>
                [
                    ("Limiter__Policies", policies), ("Limiter__Urls", Local(ports[0])), ("Limiter__AdminUrls", Local(ports[1])),
                    ("Orleans__Endpoints__SiloPort", $"{ports[2]}"), ("Orleans__Endpoints__GatewayPort", $"{ports[3]}"),
                    ("Orleans__GrainStorage__overrides__Path", Path.Combine(folder, "overrides")),
                ],
                IsOurs: true),
        ];
    }

    private static string Host(string root, string project, string program) =>
        Path.Combine(root, "src", project, "bin", "Release", "net10.0", $"{program}.dll");

    private static string Local(int port) => $"http://127.0.0.1:{port}";
}
