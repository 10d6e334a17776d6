using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansLimiter.Grpc.Tests;

public sealed class BadRequestTests : IAsyncLifetime
{
    private RlsHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await RlsHost.StartAsync(
        RlsPolicies.Things, RlsPolicies.Limit("algorithm: fixed-window, permits: 1, window: 1s", "rls: { domain: edge }\n", "second"));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_request_without_domain_or_descriptors_or_with_too_many_is_an_error()
    {
        Assert.Equal(
            (StatusCode.InvalidArgument, "domain: the domain is empty; send that of a policy"), await _host.FailAsync(Rls.Request("", "account=a")));
        Assert.Equal(
            (StatusCode.InvalidArgument, "descriptors: there are 0 descriptors; 1 to 64 are expected"),
            await _host.FailAsync(new() { Domain = "things" }));
        Assert.Equal(
            (StatusCode.InvalidArgument, "descriptors: there are 65 descriptors; 1 to 64 are expected"),
            await _host.FailAsync(Rls.Request("things", [.. Enumerable.Repeat("account=a", 65)])));
    }

    [Fact]
    public async Task A_domain_of_no_policy_is_an_error_that_names_the_known_ones() => Assert.Equal(
        (StatusCode.NotFound, "no policy has the domain 'second'; known are edge, things"),
        await _host.FailAsync(Rls.Request("second", "account=a")));

    [Fact]
    public async Task An_invalid_descriptor_makes_the_whole_request_invalid_and_nothing_is_counted()
    {
        Assert.Equal(
            (StatusCode.InvalidArgument, "descriptors[1]: hits_addend is 18446744073709551615; at most 2147483647 are expected"),
            await _host.FailAsync(Rls.Request("things", Rls.Descriptor("account=a"), Rls.Descriptor("account=a", ulong.MaxValue))));
        Assert.Equal(["Ok", "OK account 2 of 3 per Minute, 60 s"], await _host.AskAsync("account=a"));
    }

    [Fact]
    public async Task Many_and_long_entries_are_errors()
    {
        string many = string.Join("; ", Enumerable.Range(0, 10_000).Select(index => $"k{index}=v"));

        Assert.Equal(
            (StatusCode.InvalidArgument, "descriptors[0]: it has 10000 entries; 1 to 64 are expected"),
            await _host.FailAsync(Rls.Request("things", many)));
        Assert.Equal(
            (StatusCode.InvalidArgument, "descriptors[0]: account: it has 65536 characters; give at most 256"),
            await _host.FailAsync(Rls.Request("things", $"account={new string('a', 65_536)}")));
        Assert.Equal(
            StatusCode.ResourceExhausted,
            (await _host.FailAsync(Rls.Request("things", $"account={new string('a', 1_100_000)}"))).Code);
    }

    [Fact]
    public async Task Hostile_text_is_escaped_in_the_status()
    {
        (StatusCode code, string detail) = await _host.FailAsync(Rls.Request("a\r\nb\u202e", "account=a"));

        Assert.Equal((StatusCode.NotFound, true), (code, detail.All(c => c is >= ' ' and <= '~')));
    }

    [Fact]
    public async Task Http_1_is_refused_on_the_address_of_grpc_and_http_2_on_the_address_of_decisions()
    {
        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", await SendAsync(_host.Grpc, "GET / HTTP/1.1\r\nHost: limiter\r\n\r\n"), StringComparison.Ordinal);

        // A frame GOAWAY with the error HTTP_1_1_REQUIRED.
        Assert.Equal(
            "\0\0\b\a\0\0\0\0\0\0\0\0\0\0\0\0\r", await SendAsync(_host.Decisions.BaseAddress!, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        Assert.Equal(["Ok", "OK account 2 of 3 per Minute, 60 s"], await _host.AskAsync("account=after"));
    }

    [Theory]
    [InlineData("/v1/check")]
    [InlineData("/json")]
    [InlineData("/metrics")]
    [InlineData("/v1/policies")]
    public async Task Calls_over_http_do_not_exist_on_the_address_of_grpc(string path)
    {
        using var client = new HttpClient
        {
            BaseAddress = _host.Grpc, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using HttpResponseMessage answer = await client.PostAsync(path, new StringContent("{}"));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task<string> SendAsync(Uri address, string text)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text));
        using var answer = new StreamReader(client.GetStream(), Encoding.Latin1);
        return await answer.ReadToEndAsync();
    }
}
