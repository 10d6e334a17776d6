using System.Net.Sockets;

namespace OrleansLimiter.Samples.Tests;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")] // bash
public class SharedCountsTests
{
    [Fact]
    public async Task Two_instances_share_counts_through_the_cluster_and_one_signal_ends_all_processes()
    {
        int[] ports = Sample.FreePorts(5);
        await using Sample sample = Sample.Script(
            "SharedCounts", ("SILO_PORT", $"{ports[0]}"), ("GATEWAY_PORT", $"{ports[1]}"), ("ADMIN_PORT", $"{ports[2]}"),
            ("APP_PORTS", $"{ports[3]} {ports[4]}"), Sample.Patient);

        Assert.Equal($"http://127.0.0.1:{ports[3]} http://127.0.0.1:{ports[4]}", await sample.OutputAfterAsync("ready "));
        using HttpClient first = Sample.Client($"http://127.0.0.1:{ports[3]}");
        using HttpClient second = Sample.Client($"http://127.0.0.1:{ports[4]}");
        LimitedResponse[] responses =
        [
            await OrderAsync(first), await OrderAsync(second), await OrderAsync(first),
            await OrderAsync(second), await OrderAsync(first), await OrderAsync(second),
        ];

        Assert.Equal(["4", "3", "2", "1", "0", "0"], responses.Select(response => response.Remaining));
        Assert.Equal([200, 200, 200, 200, 200, 429], responses.Select(response => response.Status));
        Assert.Equal("order 7\n", responses[0].Body);

        Assert.Equal(0, await sample.StopAsync());
        Assert.All(ports, port => Assert.Throws<SocketException>(() => new TcpClient("127.0.0.1", port)));
    }

    [Fact]
    public void The_page_about_services_shows_the_code_of_the_sample()
    {
        string page = File.ReadAllText(Path.Combine(Sample.Repository(), "docs", "ask-the-cluster-from-your-service.md"));

        Assert.Contains(File.ReadAllText(Path.Combine(Sample.Repository(), "samples", "SharedCounts", "Program.cs")), page);
    }

    private static Task<LimitedResponse> OrderAsync(HttpClient client) =>
        LimitedResponse.SendAsync(client, "GET", "/orders/7", ("X-Merchant-Id", "m_1"));
}
