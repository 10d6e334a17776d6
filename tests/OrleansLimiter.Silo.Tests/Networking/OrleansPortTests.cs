using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace OrleansLimiter.Silo.Tests;

/// <summary>Strangers at the ports of Orleans of a silo in a process.</summary>
public sealed partial class OrleansPortTests : IDisposable
{
    private const int Strangers = 1_000;

    private readonly TestFolder _folder = new();
    private readonly List<Socket> _open = [];

    public static TheoryData<string, byte[]> Greetings => new()
    {
        { "text", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray() },
        { "half a handshake", [100, 0, 0, 0, 1, 2, 3] },
        { "a handshake of noise", [100, 0, 0, 0, .. Enumerable.Repeat((byte)0x5a, 100)] },
        { "nothing", [] },
    };

    public void Dispose()
    {
        _open.ForEach(socket => socket.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public async Task A_thousand_connections_of_each_kind_to_each_port_end_and_a_front_end_still_connects()
    {
        int[] ports = Loopback.FreePorts(2);
        await using HostProcess silo = await HostProcess.Start("OrleansLimiter.Silo", new Dictionary<string, string>
        {
            ["Limiter:Deadline"] = "00:00:10",
            ["Orleans:Endpoints:SiloPort"] = $"{ports[0]}",
            ["Orleans:Endpoints:GatewayPort"] = $"{ports[1]}",
            ["Orleans:GrainStorage:overrides:Path"] = _folder.Path("overrides"),
        }).ReadyAsync();

        foreach (int port in ports)
        {
            foreach ((string _, byte[] greeting) in Greetings.Select(row => row.Data))
            {
                await ConnectAsync(port, greeting);
                Assert.Equal(200, (await silo.CheckAsync("frontline", $"acme-{port}-{greeting.Length}")).Status);
            }
        }

        await using HostProcess frontEnd = await HostProcess.Start("OrleansLimiter.FrontEnd", new Dictionary<string, string>
        {
            ["Limiter:Deadline"] = "00:00:10",
            ["Orleans:Clustering:Gateways:0"] = $"127.0.0.1:{ports[1]}",
        }).ReadyAsync();
        Answer answer = await frontEnd.CheckAsync("frontline", "acme");
        string metrics = await silo.Administration.GetStringAsync("/metrics");

        Assert.Equal((200, null), (answer.Status, answer.Failure));
        Assert.All(OpenConnections().Matches(metrics), open => Assert.InRange(
            int.Parse(open.Groups[1].Value, CultureInfo.InvariantCulture), 0, InboundConnections.MaxPending + 1)); // 1: the front-end
        Assert.DoesNotContain(" crit: ", silo.Log, StringComparison.Ordinal);
        Assert.Equal(0, await frontEnd.StopAsync());
        Assert.Equal(0, await silo.StopAsync());
    }

    private async Task ConnectAsync(int port, byte[] greeting)
    {
        _open.ForEach(socket => socket.Dispose()); // those of the last kind stay open while the front-end connects
        _open.Clear();
        for (int i = 0; i < Strangers; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _open.Add(socket);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port);
                await socket.SendAsync(greeting);
            }
            catch (SocketException)
            {
                // The silo has closed it.
            }
        }
    }

    [GeneratedRegex("\norleans_limiter_orleans_connections\\{port=\"[a-z]+\"\\} ([0-9]+)")]
    private static partial Regex OpenConnections();
}
