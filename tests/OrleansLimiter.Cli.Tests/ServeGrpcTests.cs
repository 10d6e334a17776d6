using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.Cli.Tests;

public sealed class ServeGrpcTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_rate_limit_service_is_on_its_address_which_the_banner_shows()
    {
        Uri address = FreeAddress();
        await using ServingProcess serving = await StartAsync("--grpc-urls", address.ToString());
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        // An empty message, and the answer SERVING.
        using HttpResponseMessage health = await client.PostAsync(
            new Uri(address, "/grpc.health.v1.Health/Check"), new ByteArrayContent(new byte[5]) { Headers = { ContentType = new("application/grpc") } });
        Assert.Equal([0, 0, 0, 0, 2, 8, 1], await health.Content.ReadAsByteArrayAsync());
        Ended served = await serving.StopAsync();

        Assert.Equal(0, served.ExitCode);
        Assert.Contains($"\ngrpc            {address.ToString().TrimEnd('/')}\n", served.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_address_there_is_only_the_call_in_json()
    {
        await using ServingProcess serving = await StartAsync();
        using var client = new HttpClient();
        using HttpResponseMessage answer = await client.PostAsync(
            new Uri(serving.Decisions, "/json"),
            new StringContent("""{"domain":"shop","descriptors":[{"entries":[{"key":"account","value":"a"}]}]}"""));
        Ended served = await serving.StopAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain("grpc", served.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Https_without_a_certificate_is_refused_with_the_keys_that_are_missing()
    {
        Ended ended = await ServingProcess.RefusedAsync(
            "--urls", "http://127.0.0.1:0", "--policies", Policy(), "--grpc-urls", "https://127.0.0.1:0");

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("grpc-urls: there is no certificate for https; set Kestrel:Certificates:Default:Path", ended.Error, StringComparison.Ordinal);
    }

    private static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new($"http://{listener.LocalEndpoint}");
    }

    private Task<ServingProcess> StartAsync(params string[] arguments) => ServingProcess.StartAsync(
        new Dictionary<string, string>(), ["--policies", Policy(), "--overrides", _folder.Path("data/overrides.json"), .. arguments]);

    private string Policy() => _folder.Write("policies/shop.yaml", Policies.TwoAMinute);
}
