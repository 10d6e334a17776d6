using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>
/// A network of this machine (with the test and the front-ends), a namespace for several silos, and one for a single silo. The single silo
/// can be cut off from the others and from the database: packets are dropped in silence.
/// </summary>
internal sealed class SplitNetwork : IAsyncDisposable
{
    // A card that does not exist.
    private const string Nowhere = "02:00:00:00:00:99";

    private readonly string _id = $"{Random.Shared.Next(0x10000):x4}";
    private readonly string _subnet = $"10.213.{Random.Shared.Next(1, 255)}";

    private SplitNetwork()
    {
    }

    /// <summary>The silos that stay together.</summary>
    public NetworkNamespace Together => new($"limiter-a-{_id}", $"{_subnet}.1");

    /// <summary>The silo that can be cut off.</summary>
    public NetworkNamespace Single => new($"limiter-b-{_id}", $"{_subnet}.2");

    /// <summary>The address of the database.</summary>
    public string Store => $"{_subnet}.253";

    private string Bridge => $"limiter{_id}";

    /// <summary>Creates the network. Skips the test if that is not allowed.</summary>
    public static async Task<SplitNetwork> StartAsync()
    {
        var network = new SplitNetwork();
        if (await network.CreateAsync() is { } failure)
        {
            await network.DisposeAsync();
            Assert.Skip($"Network namespaces cannot be created (it needs Linux, iproute2 and the rights of root): {failure}");
        }

        return network;
    }

    /// <summary>Drops all packets from and to the single silo, except those of the front-ends.</summary>
    public Task CutAsync() => RunAllAsync(
        $"ip -n {Single.Name} neigh replace {Together.Address} lladdr {Nowhere} dev eth0 nud permanent",
        $"ip -n {Together.Name} neigh replace {Single.Address} lladdr {Nowhere} dev eth0 nud permanent",
        $"ip -n {Single.Name} neigh replace {Store} lladdr {Nowhere} dev eth0 nud permanent");

    /// <summary>Ends the cut.</summary>
    public Task HealAsync() => RunAllAsync(
        $"ip -n {Single.Name} neigh del {Together.Address} dev eth0",
        $"ip -n {Together.Name} neigh del {Single.Address} dev eth0",
        $"ip -n {Single.Name} neigh del {Store} dev eth0");

    public async ValueTask DisposeAsync()
    {
        await RunAsync($"ip netns del {Together.Name}");
        await RunAsync($"ip netns del {Single.Name}");
        await RunAsync($"ip link del {Bridge}");
    }

    private async Task<string?> CreateAsync()
    {
        string[] commands =
        [
            $"ip link add {Bridge} type bridge",
            $"ip addr add {_subnet}.254/24 dev {Bridge}",
            $"ip addr add {Store}/24 dev {Bridge}",
            $"ip link set {Bridge} up",
            .. Connect(Together, "a"),
            .. Connect(Single, "b"),
        ];
        foreach (string command in commands)
        {
            if (await RunAsync(command) is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    private string[] Connect(NetworkNamespace to, string name) =>
    [
        $"ip netns add {to.Name}",
        $"ip link add limiter{name}{_id} type veth peer name eth0 netns {to.Name}",
        $"ip link set limiter{name}{_id} master {Bridge} up",
        $"ip -n {to.Name} addr add {to.Address}/24 dev eth0",
        $"ip -n {to.Name} link set eth0 up",
        $"ip -n {to.Name} link set lo up",
    ];

    private static async Task RunAllAsync(params string[] commands)
    {
        foreach (string command in commands)
        {
            Assert.Null(await RunAsync(command));
        }
    }

    // Returns what went wrong, or null.
    private static async Task<string?> RunAsync(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", $"{command} 2>&1"]) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? null : $"{command}: {output.Trim()}";
    }
}
