using Microsoft.Extensions.Options;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http.Tests;

public class OptionsTests
{
    [Theory]
    [InlineData("http://0.0.0.0:8081")]
    [InlineData("http://*:8081")]
    [InlineData("http://+:8081")]
    [InlineData("http://[::]:8081")]
    [InlineData("http://192.0.2.1:8081")]
    [InlineData("http://127.0.0.1:8081;http://192.0.2.1:8081")]
    public void Administration_that_other_machines_can_reach_needs_a_token(string urls)
    {
        Assert.Equal(
            [$"admin-urls: '{urls}' can be reached from other machines, and there is no admin token; set one, or listen on 127.0.0.1"],
            Errors(new() { AdminUrls = urls }));
        Assert.Empty(Errors(new() { AdminUrls = urls, AdminToken = "0123456789abcdef" }));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8081")]
    [InlineData("http://127.9.9.9:8081")]
    [InlineData("http://[::1]:8081")]
    [InlineData("http://localhost:8081")]
    [InlineData("http://127.0.0.1:0")]
    public void Administration_on_loopback_needs_no_token(string urls) => Assert.Empty(Errors(new() { AdminUrls = urls }));

    [Fact]
    public void All_errors_are_reported_together()
    {
        Assert.Equal(
            [
                "urls: 'https://127.0.0.1:1' is not http; for encryption, use a proxy in front of the limiter",
                "urls: 'http://limiter.example:1' has a host name; write an IP address, localhost, or * for every address",
                "urls: 'http://127.0.0.1:1/base' has a path; an address ends with the port",
                "urls: 'nonsense' is not an address; write it like http://127.0.0.1:8080",
                "admin-urls: there is no address; give at least one, like http://127.0.0.1:8080",
                "admin-token: it must be at least 16 visible ASCII characters without spaces",
            ],
            Errors(new()
            {
                Urls = "https://127.0.0.1:1;http://limiter.example:1;http://127.0.0.1:1/base;nonsense",
                AdminUrls = " ",
                AdminToken = "short",
            }));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    [InlineData("http://*:8080", "http://127.0.0.1:8080")]
    [InlineData("http://localhost:8080", "http://[::1]:8080")]
    public void One_socket_cannot_serve_both_addresses(string urls, string adminUrls)
    {
        Assert.Equal(
            ["admin-urls: an address is also one of urls; decisions and administration need separate addresses"],
            Errors(new() { Urls = urls, AdminUrls = adminUrls }));
    }

    [Fact]
    public void Trusted_proxies_are_checked()
    {
        string error = Assert.Single(Errors(new() { TrustedProxies = ["10.0.0.0/8", "10.0.0.0/99"] }));

        Assert.StartsWith("trusted-proxies: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_with_invalid_options_does_not_start()
    {
        OptionsValidationException refused = await Assert.ThrowsAsync<OptionsValidationException>(
            () => LimiterHost.StartAsync(new LimiterHostSetup
            {
                Policies = [TestPolicies.Things],
                Configure = options => options.AdminUrls = "http://*:0",
            }));

        Assert.Equal(
            ["admin-urls: 'http://*:0' can be reached from other machines, and there is no admin token; set one, or listen on 127.0.0.1"],
            refused.Failures);
    }

    private static IEnumerable<string> Errors(LimiterHttpOptions options) =>
        new LimiterHttpOptionsValidator().Validate(null, options).Failures ?? [];
}
