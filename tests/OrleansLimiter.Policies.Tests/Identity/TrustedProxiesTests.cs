using System.Net;

namespace OrleansLimiter.Policies.Tests;

public class TrustedProxiesTests
{
    private static readonly TrustedProxies Proxies = Parse("10.0.0.0/8", "192.0.2.1", "2001:db8:ffff::/48");

    [Theory]
    [InlineData("203.0.113.7", "198.51.100.9", "203.0.113.7")]
    [InlineData("10.0.0.1", null, "10.0.0.1")]
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7")]
    [InlineData("10.0.0.1", "198.51.100.9, 203.0.113.7", "203.0.113.7")]
    [InlineData("10.0.0.1", "198.51.100.9, 203.0.113.7, 192.0.2.1,10.1.1.1", "203.0.113.7")]
    [InlineData("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3")]
    [InlineData("192.0.2.2", "203.0.113.7", "192.0.2.2")]
    [InlineData("10.0.0.1", "203.0.113.7, unknown", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.7, 1, 10.0.0.2", "10.0.0.2")]
    [InlineData("10.0.0.1", "203.0.113.7, 10.0.0.2\u0001", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.7:5678", "203.0.113.7")]
    [InlineData("10.0.0.1", " ,203.0.113.7,\t,", "203.0.113.7")]
    [InlineData("2001:db8:ffff::1", "\t[2001:db8::7]:443 ", "2001:db8::7")]
    [InlineData("2001:db8:fffe::1", "203.0.113.7", "2001:db8:fffe::1")]
    [InlineData("10.0.0.1", "203.0.113.7, ::ffff:10.0.0.2", "203.0.113.7")]
    [InlineData("10.0.0.1", "203.0.113.7, 64:ff9b::10.0.0.2", "64:ff9b::a00:2")] // counts as 10.0.0.2, but is not trusted
    [InlineData("2002:a00:1::1", "203.0.113.7", "2002:a00:1::1")]
    [InlineData("10.0.0.1", "caf\u00e9, 203.0.113.7", "203.0.113.7")]
    [InlineData("10.0.0.1", "203.0.113.7, caf\u00e9", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.7\u00a0, 10.0.0.2", "10.0.0.2")]
    public void The_caller_is_the_first_untrusted_address_from_the_right(string connection, string? header, string expected) =>
        Assert.Equal(expected, Proxies.Resolve(IPAddress.Parse(connection), [header]).ToString());

    [Fact]
    public void Several_headers_are_one_list() => Assert.Equal(
        "203.0.113.7", Proxies.Resolve(IPAddress.Parse("10.0.0.1"), ["198.51.100.9, 203.0.113.7", null, "10.0.0.3", "10.0.0.2"]).ToString());

    [Fact]
    public void A_forwarded_header_is_ignored_without_trusted_proxies() => Assert.Equal(
        "203.0.113.7", TrustedProxies.None.Resolve(IPAddress.Parse("203.0.113.7"), ["127.0.0.1, 10.0.0.1"]).ToString());

    [Fact]
    public void The_chain_of_proxies_is_followed_for_at_most_32_hops()
    {
        string chain = string.Join(", ", Enumerable.Range(1, 40).Reverse().Select(i => $"10.0.1.{i}"));

        Assert.Equal("10.0.1.32", Proxies.Resolve(IPAddress.Parse("10.0.0.1"), [chain]).ToString());
        Assert.Equal("10.0.0.1", Proxies.Resolve(IPAddress.Parse("10.0.0.1"), ["203.0.113.7" + new string(',', 32)]).ToString());
    }

    [Fact]
    public void All_errors_of_a_list_are_reported()
    {
        bool valid = TrustedProxies.TryParse(
            ["10.0.0.0/8", "10.1.2.3/8", "2001:db8::1/32", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.1:80", "proxy.local", "", "::1"],
            out TrustedProxies proxies,
            out IReadOnlyList<string> errors);

        Assert.False(valid);
        Assert.Same(TrustedProxies.None, proxies);
        Assert.Equal(
            [
                "'10.1.2.3/8' has bits set beyond its prefix; write 10.0.0.0/8, or /32 for the one address",
                "'2001:db8::1/32' has bits set beyond its prefix; write 2001:db8::/32, or /128 for the one address",
                "'10.0.0.0/33' has no valid prefix length; write 0 to 32 after the slash",
                "'::/129' has no valid prefix length; write 0 to 128 after the slash",
                "'10.0.0.0/' has no valid prefix length; write 0 to 32 after the slash",
                "'10.0.0.0/-1' has no valid prefix length; write 0 to 32 after the slash",
                "'10.0.0.1:80' is neither an address nor a network; write one such as 10.0.0.5, 10.0.0.0/8 or 2001:db8::/32",
                "'proxy.local' is neither an address nor a network; write one such as 10.0.0.5, 10.0.0.0/8 or 2001:db8::/32",
                "'' is neither an address nor a network; write one such as 10.0.0.5, 10.0.0.0/8 or 2001:db8::/32",
            ],
            errors);
    }

    [Theory]
    [InlineData("0.0.0.0/0", "198.51.100.9", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("192.0.2.128/25", "192.0.2.127", false)]
    [InlineData("192.0.2.128/25", "192.0.2.128", true)]
    [InlineData("2001:db8:8000::/33", "2001:db8:7fff::1", false)]
    [InlineData("2001:db8:8000::/33", "2001:db8:8000::1", true)]
    public void A_network_contains_the_addresses_of_its_prefix(string network, string address, bool expected)
    {
        IPAddress caller = Parse(network).Resolve(IPAddress.Parse(address), ["203.0.113.7"]);

        Assert.Equal(expected ? "203.0.113.7" : address, caller.ToString());
    }

    private static TrustedProxies Parse(params string[] entries)
    {
        Assert.True(TrustedProxies.TryParse(entries, out TrustedProxies proxies, out IReadOnlyList<string> errors));
        Assert.Empty(errors);
        return proxies;
    }
}
