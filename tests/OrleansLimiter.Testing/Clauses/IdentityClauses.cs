using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansLimiter.Testing.Clauses;

/// <summary>The identity of callers in every kind of host: one caller has one bucket, and two have two.</summary>
public abstract class IdentityClauses(ClauseHost host)
{
    private const string Header = "X-Account-Id";

    [Theory]
    [InlineData("")]
    [InlineData(" \t ")]
    public async Task An_empty_account_is_treated_as_absent(string empty)
    {
        string address = ClauseHost.NewAddress();
        await SendAsync($"X-Forwarded-For: {address}", $"{Header}: {empty}");
        await SendAsync($"X-Forwarded-For: {address}");

        CheckResult answer = await CheckAsync(new { policy = "frontline", account = empty, ip = address, path = "/ai-models" });

        Assert.Equal(997, answer.Limits[0].Remaining);
    }

    [Fact]
    public async Task A_caller_that_is_named_by_several_headers_has_one_bucket()
    {
        string account = host.NewCaller("frontline", Header).Account;
        Assert.Equal((200, "999"), await SendAsync($"{Header}: {account}"));

        foreach (string[] headers in (string[][])
            [[$"{Header}: {account}", $"{Header}: x"], [$"{Header}: {account}", $"{Header}:"], [$"{Header}: {account}, x"], [$"{Header}: {account},"], [$"{Header}: ,{account}"]])
        {
            Assert.Equal((400, null), await SendAsync(headers));
        }

        Assert.Equal((200, "998"), await SendAsync($"{Header}: {account}"));
    }

    [Fact]
    public async Task A_header_that_no_policy_reads_can_have_any_bytes()
    {
        string account = host.NewCaller("frontline", Header).Account;

        Assert.Equal(
            (200, "999"),
            await SendAsync($"{Header}: {account}", "Cookie: name=caf\u00e9", "Referer: /\u00ff", "User-Agent: \u00e9", "Accept-Language: \u00c0\u00af"));
        Assert.Equal((400, null), await SendAsync($"{Header}: {account}\u00e9"));
    }

    [Fact]
    public async Task An_account_that_is_not_ASCII_has_one_bucket_for_headers_checks_and_administration()
    {
        string account = $"東京 {host.NewCaller("frontline", Header).Account}";
        await SendAsync($"{Header}: {Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(account))}");

        CheckResult answer = await CheckAsync(new { policy = "frontline", account, path = "/ai-models" });

        Assert.Equal(998, answer.Limits[0].Remaining);
        Assert.Equal(998, await RemainingAsync(account, "id"));
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task Accounts_that_are_named_like_dot_segments_are_administered(string account)
    {
        string target = $"/v1/accounts/-{{0}}?account={account}";
        using HttpResponseMessage before = await host.Administration.DeleteAsync(string.Format(target, "/usage"));
        Assert.Equal((200, "999"), await SendAsync($"{Header}: {account}"));

        Assert.Equal(999, await RemainingAsync(account, "id"));
        using HttpResponseMessage reset = await host.Administration.DeleteAsync(string.Format(target, "/usage"));
        Assert.Equal("""{"resetGroups":1}""", await reset.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Addresses_that_contain_an_IPv4_address_are_counted_as_it()
    {
        string address = ClauseHost.NewAddress();
        byte[] bytes = IPAddress.Parse(address).GetAddressBytes();
        string hex = Convert.ToHexString(bytes).ToLowerInvariant();
        string inverted = Convert.ToHexString([.. bytes.Select(value => (byte)~value)]).ToLowerInvariant();

        string[] addresses =
        [
            address, $"::ffff:{address}", $"64:ff9b::{address}", $"::ffff:0:{address}", $"2002:{hex[..4]}:{hex[4..]}::1", $"2002:{hex[..4]}:{hex[4..]}:2::3",
            $"2001:0:4136:e378:8000:63bf:{inverted[..4]}:{inverted[4..]}",
        ];
        for (int i = 0; i < addresses.Length; i++)
        {
            Assert.Equal((200, $"{999 - i}"), await SendAsync($"X-Forwarded-For: {addresses[i]}"));
            Assert.Equal(999 - i, await RemainingAsync(addresses[i], "ip"));
        }

        Assert.Equal((200, "999"), await SendAsync($"X-Forwarded-For: 64:ff9b::{ClauseHost.NewAddress()}"));
    }

    // Headers as bytes, one character for each.
    private async Task<(int Status, string? Remaining)> SendAsync(params string[] headers)
    {
        using var client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Decisions.BaseAddress!, "/v1/authorize/frontline"));
        foreach (string header in (string[])["X-Forwarded-Method: GET", $"X-Forwarded-Uri: /ai-models", .. headers])
        {
            string[] parts = header.Split(':', 2);
            request.Headers.TryAddWithoutValidation(parts[0], parts[1]);
        }

        using HttpResponseMessage response = await client.SendAsync(request);
        Answer answer = await Answer.ReadAsync(response);
        return (answer.Status, answer["X-RateLimit-Remaining"]);
    }

    private async Task<CheckResult> CheckAsync(object check)
    {
        using HttpResponseMessage response = await host.Decisions.PostAsJsonAsync("/v1/check", check);
        return (await response.Content.ReadFromJsonAsync<CheckResult>())!;
    }

    private async Task<int> RemainingAsync(string account, string kind)
    {
        string answer = await host.Administration.GetStringAsync($"/v1/accounts/-?kind={kind}&account={Uri.EscapeDataString(account)}");
        return JsonNode.Parse(answer)!["usage"]!.AsArray().Single()!["remaining"]!.GetValue<int>();
    }
}
