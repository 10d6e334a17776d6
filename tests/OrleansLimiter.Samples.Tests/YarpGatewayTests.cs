namespace OrleansLimiter.Samples.Tests;

public class YarpGatewayTests
{
    private static readonly (string, string)[] s_company = [("X-Company-Id", "globex"), ("X-Plan", "prime")];

    [Fact]
    public async Task The_gateway_enforces_the_policy_front_and_sends_only_what_it_allows_to_the_backend()
    {
        int[] ports = Sample.FreePorts(2);
        await using Sample sample = Sample.Program(
            "YarpGateway", ("Urls", $"http://127.0.0.1:{ports[0]}"),
            ("ReverseProxy__Clusters__backend__Destinations__one__Address", $"http://127.0.0.1:{ports[1]}"));
        using HttpClient client = await sample.ClientAsync();

        // One export in any second, so the second of two that begin at once is refused.
        LimitedResponse[] exports = await Task.WhenAll(
            LimitedResponse.SendAsync(client, "POST", "/exports", s_company),
            LimitedResponse.SendAsync(client, "POST", "/exports", s_company));
        LimitedResponse contacts = await LimitedResponse.SendAsync(client, "GET", "/contacts", s_company);
        LimitedResponse unknown = await LimitedResponse.SendAsync(client, "GET", "/nothing", s_company);

        Assert.Equal([new(200, "100", "99", "export 1\n"), new(429, "100", "99", "")], exports.OrderBy(response => response.Status));
        Assert.Equal(new(200, "100", "98", "no contacts\n"), contacts);
        Assert.Equal(new(404, "100", "97", ""), unknown);
    }
}
