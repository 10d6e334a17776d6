using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.Cli.Tests;

/// <summary>A process with few file descriptors, under more connections than it has descriptors.</summary>
public sealed class AttackTests : IDisposable
{
    private const int Descriptors = 1_000;
    private const int Connections = 1_500;
    private const long MiB = 1 << 20;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Connections_beyond_the_descriptors_neither_end_the_process_nor_stop_an_honest_caller_or_a_probe()
    {
        await using ServingProcess serving = await StartAsync(Descriptors);
        Func<Socket, Task>[] kinds = [.. Attack.Kinds.Values];

        foreach (Func<Socket, Task> kind in kinds)
        {
            await AttackAsync(serving, _ => kind);
        }

        await AttackAsync(serving, i => kinds[i % kinds.Length]);

        using var http = new HttpClient();
        string metrics = await http.GetStringAsync(new Uri(serving.Administration, "/metrics"));
        Ended ended = await serving.StopAsync();
        Assert.Contains("\norleans_limiter_max_connections{listener=\"decisions\"} 438\n", metrics, StringComparison.Ordinal);
        Assert.Equal(0, ended.ExitCode);
        Assert.DoesNotContain(" fail: ", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(" crit: ", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thousand_stalled_bodies_of_1_MiB_need_no_more_memory_than_the_bounds()
    {
        const long Buffered = 32 * MiB; // the buffers may be half full
        const long OfConnections = 1_000 * 64 * 1024;
        await using ServingProcess serving = await StartAsync(4_000, "--max-buffered-bytes", $"{Buffered}");
        long before = serving.ResidentBytes;

        using var attack = new Attack(serving.Decisions);
        Task attacking = attack.OpenAsync(1_000, _ => Attack.StallAsync);
        await new HonestCaller(serving.Decisions, keepsConnection: true).CallDuringAsync(attacking);
        await attacking;

        Assert.InRange(serving.ResidentBytes - before, 0, (2 * Buffered) + OfConnections);
    }

    private async Task AttackAsync(ServingProcess serving, Func<int, Func<Socket, Task>> kindOf)
    {
        using var attack = new Attack(serving.Decisions);
        Task attacking = attack.OpenAsync(Connections, kindOf);
        int[] calls = await Task.WhenAll(
            new HonestCaller(serving.Decisions, keepsConnection: true).CallDuringAsync(attacking),
            new HonestCaller(serving.Decisions, keepsConnection: false).CallDuringAsync(attacking),
            ProbeDuringAsync(serving, attacking));
        await attacking;

        Assert.All(calls, number => Assert.True(number > 1));
        Assert.False(serving.HasExited);
    }

    private static async Task<int> ProbeDuringAsync(ServingProcess serving, Task attacking)
    {
        Uri[] probes =
        [
            new(serving.Administration, "/healthz"), new(serving.Administration, "/readyz"), new(serving.Administration, "/metrics"),
            new(serving.Decisions, "/healthz"),
        ];
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        int number = 0;
        bool last;
        do
        {
            last = attacking.IsCompleted;
            using var http = new HttpClient(); // a new connection, as of a load balancer
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(probes[number++ % probes.Length])).StatusCode);
            await timer.WaitForNextTickAsync();
        }
        while (!last || number < 2);
        return number;
    }

    private Task<ServingProcess> StartAsync(int descriptors, params string[] arguments) => ServingProcess.StartWithDescriptorsAsync(
        descriptors,
        [
            "--policies", _folder.Write("policies/shop.yaml", Policies.TwoAMinute), "--overrides", _folder.Path("data/overrides.json"),
            .. arguments,
        ]);
}
