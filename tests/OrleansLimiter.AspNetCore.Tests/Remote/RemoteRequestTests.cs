using System.Text;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>A request as an item of a batch.</summary>
public class RemoteRequestTests
{
    private static readonly Policy s_shop = new(PolicyText.Read(TestPolicies.Shop).Policy!);
    private static readonly Policy s_routes = new(PolicyText.Read(TestPolicies.Routes).Policy!);

    [Fact]
    public void An_item_names_the_endpoint_and_omits_defaults() => Assert.Equal(
        """{"policy":"shop","account":"a\u00FC","method":"GET","endpoint":"other"}""",
        Item(s_shop, new() { Account = new(AccountKind.Id, "aü"), Method = "GET", Endpoint = new(-1, "other", ""), Cost = 1 }));

    [Fact]
    public void An_item_has_resource_attributes_cost_and_peek() => Assert.Equal(
        """{"policy":"shop","ip":"2001:db8::","method":"POST","endpoint":"thing","resource":"a%2Fb","attributes":{"plan":"pro"},"cost":7,"peek":true}""",
        Item(s_shop, new()
        {
            Account = new(AccountKind.Ip, "2001:db8::/64"),
            Method = "POST",
            Endpoint = new(0, "thing", "a%2Fb"),
            Attributes = ["pro"],
            Cost = 7,
            Peek = true,
        }));

    public static TheoryData<string, string> Unlisted => new()
    {
        { "GET", "/" },
        { "HEAD", "/a" },
        { "BREW", "/a/b" },
        { "GET", "/teams/77/members" },
        { "GET", "/A/%7Bid%7D/**" },
        { "GET", "/a/" + new string('b', 65) },
        { "POST", "/x/018f3c2e-7b1a-7c3d-9e4f-5a6b7c8d9e0f" },
        { "GET", string.Concat(Enumerable.Repeat("/abcdefghij", 200)) },
        { "GET", string.Concat(Enumerable.Repeat("/7", 250)) },
        { "DELETE", "/" + new string('w', 64) + string.Concat(Enumerable.Repeat("/" + new string('v', 63), 20)) },
        { "GET", "/%C3%BC/a b" },
    };

    [Theory]
    [MemberData(nameof(Unlisted))]
    public void The_path_of_an_unlisted_endpoint_is_matched_to_the_same_endpoint(string method, string path)
    {
        Assert.True(s_routes.Endpoints.TryMatch(method, path, out EndpointMatch endpoint, out _));

        Assert.True(s_routes.Endpoints.TryMatch(method, RemoteRequest.PathOf(endpoint.Name), out EndpointMatch remote, out _));

        Assert.Equal(endpoint, remote);
    }

    // The server of a limiter accepts the account as an address.
    [Theory]
    [InlineData("203.0.113.7")]
    [InlineData("2001:db8:1:2:3:4:5:6")]
    [InlineData("::1")]
    [InlineData("64:ff9b:1::7")]
    [InlineData("fe80::1%eth0")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("2002:cb00:7107::1")]
    public void An_address_is_the_same_account_at_the_remote_limiter(string address)
    {
        Assert.True(IpAccount.TryParse(address, out Account account));
        string item = Item(s_shop, new() { Account = account, Method = "GET", Endpoint = new(-1, "other", ""), Cost = 1 });
        string sent = item.Split("\"ip\":\"")[1].Split('"')[0];

        Assert.True(IpAccount.TryParse(sent, out Account remote));

        Assert.Equal(account, remote);
    }

    private static string Item(Policy policy, LimitRequest request) => Encoding.UTF8.GetString(RemoteRequest.Write(policy, request));
}
