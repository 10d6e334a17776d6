using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace OrleansLimiter.Silo.Tests;

/// <summary>No log line grows with the traffic: new keys, refusals, garbage on every port, and calls to a silo that is dead.</summary>
public sealed class LogFloodTests(StoreFixture<RedisServer> fixture, ITestOutputHelper output) : IClassFixture<StoreFixture<RedisServer>>
{
    // Part of each account name, so that a line with a name is found.
    private const string Name = "flooding";

    private static readonly TimeSpan FaultLasts = TimeSpan.FromSeconds(4);

    private ProcessCluster Cluster => fixture.Cluster;

    private IEnumerable<HostProcess> Hosts => [.. Cluster.FrontEnds, .. Cluster.Silos];

    [Fact]
    public async Task New_keys_refusals_and_garbage_add_no_lines_and_no_names_to_any_log()
    {
        HostProcess frontEnd = Cluster.FrontEnds[0];
        await CheckAsync(frontEnd, _ => $"{Name}-first", count: 1);
        int before = CountLines();

        for (int batch = 0; batch < 4; batch++)
        {
            int of = batch;
            await CheckAsync(frontEnd, i => $"{Name}-{of}-{i}");
        }

        for (int batch = 0; batch < 3; batch++)
        {
            await CheckAsync(frontEnd, _ => $"{Name}-refused");
        }

        for (int i = 0; i < 300; i++)
        {
            using var body = new ByteArrayContent(RandomNumberGenerator.GetBytes(200));
            using HttpResponseMessage refused = await frontEnd.Decisions.PostAsync("/v1/check", body);
            Assert.Equal(400, (int)refused.StatusCode);
        }

        await SendGarbageAsync([frontEnd.Decisions.BaseAddress!.Port, frontEnd.Administration.BaseAddress!.Port], connections: 300);
        // Orleans warns of a machine that is busy, at most once in some seconds.
        int lines = CountLines() - before;
        output.WriteLine($"{lines} lines");
        Assert.InRange(lines, 0, 20);
        AssertNoName();
    }

    [Fact]
    public async Task Garbage_on_the_ports_of_silos_adds_a_bounded_number_of_lines()
    {
        int before = CountLines();

        await SendGarbageAsync([.. Cluster.SiloPorts], connections: 500);

        int lines = CountLines() - before;
        output.WriteLine($"{lines} lines");
        Assert.InRange(lines, 0, 60 * Cluster.SiloPorts.Count);
    }

    [Fact]
    public async Task A_dead_silo_adds_lines_with_the_time_and_not_with_the_calls_and_none_has_the_name_of_an_account()
    {
        HostProcess hasty = await Cluster.StartFrontEnd(("Limiter:Deadline", "00:00:00.200")).ReadyAsync();
        Cluster.FrontEnds.Add(hasty);
        int before = CountLines();
        HostProcess dead = Cluster.Silos[^1];
        await dead.SignalAsync("STOP");
        int calls = 0;
        DateTime until = DateTime.UtcNow + FaultLasts;
        while (DateTime.UtcNow < until)
        {
            int of = calls;
            await CheckAsync(hasty, i => $"{Name}-{of}-{i}", count: 200);
            calls += 200;
        }

        await dead.KillAsync();
        await CheckAsync(hasty, i => $"{Name}-after-{i}", count: 200);

        int lines = CountLines() - before;
        output.WriteLine($"{lines} lines for {calls} calls");
        Assert.InRange(lines, 0, 150);
        AssertNoName();
    }

    private void AssertNoName() => Assert.DoesNotContain(
        Hosts.SelectMany(host => host.Log.Split('\n')), line => line.Contains(Name, StringComparison.Ordinal));

    private int CountLines() => Hosts.Sum(host => host.Log.Count(c => c == '\n'));

    private static async Task CheckAsync(HostProcess frontEnd, Func<int, string> account, int count = 1_000)
    {
        using HttpResponseMessage response = await frontEnd.Decisions.PostAsJsonAsync(
            "/v1/check/batch",
            Enumerable.Range(0, count).Select(i => new { policy = "frontline", account = account(i), method = "GET", path = "/v1/things" }));
        Assert.Equal(200, (int)response.StatusCode);
    }

    // Half of the connections send text, and half send bytes. The peer closes or resets them, which is its right.
    private static async Task SendGarbageAsync(int[] ports, int connections)
    {
        for (int i = 0; i < connections; i++)
        {
            foreach (int port in ports)
            {
                try
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync("127.0.0.1", port);
                    await client.GetStream().WriteAsync(
                        i % 2 == 0 ? Encoding.ASCII.GetBytes("GET / HTTP/9\r\nx\u0001\r\n\r\n") : RandomNumberGenerator.GetBytes(64));
                }
                catch (Exception closed) when (closed is SocketException or IOException)
                {
                }
            }
        }
    }
}
