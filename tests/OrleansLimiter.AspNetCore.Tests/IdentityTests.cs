using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>Whom a request counts for.</summary>
public class IdentityTests
{
    private const string Strict = """
        policy: strict
        generation: 1
        identity:
          account: [header:X-Account]
        unlisted: shared
        limits:
          - { name: account, scope: account, algorithm: fixed-window, permits: 1, window: 60s }
        """;

    [Fact]
    public async Task A_claim_of_the_user_replaces_the_header_of_the_caller()
    {
        await using TestApp app = await TestApp.StartAsync(WithUser(new Claim("sub", "ann")));
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1", "one"));

        Assert.Equal(429, await app.StatusAsync("GET", "/things/1", "another"));
    }

    [Fact]
    public async Task A_comma_is_part_of_a_claim_and_of_a_value_of_the_app()
    {
        const string Plans = """
            policy: plans
            generation: 1
            identity:
              account: [header:X-Account]
              plan: { from: header:X-Plan, default: basic }
            unlisted: shared
            limits:
              - { name: account, scope: account, key: [plan], algorithm: fixed-window, permits: 1, window: 60s }
            """;
        TestAppSetup setup = WithUser(new Claim("sub", "cn=ann,ou=sales"));
        await using TestApp app = await TestApp.StartAsync(setup with
        {
            Policies = [Plans],
            Configure = options => options.Identity.FromClaim("X-Account", "sub").From("X-Plan", context => context.Request.Query["plan"]),
        });

        Assert.Equal(200, await app.StatusAsync("GET", "/things/1?plan=a,b"));
        Assert.Equal(429, await app.StatusAsync("GET", "/things/1?plan=a,b"));
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1?plan=a"));
    }

    [Fact]
    public async Task A_repeated_claim_with_one_value_is_one_identity()
    {
        await using TestApp app = await TestApp.StartAsync(WithUser(new Claim("sub", "ann"), new Claim("sub", "ann")));

        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
    }

    [Theory]
    [InlineData("", "", "the claim sub is empty")]
    [InlineData("ann", "bob", "the claim sub: it occurs more than once")]
    public async Task An_empty_or_ambiguous_claim_is_a_problem_that_names_the_claim(string first, string second, string expected)
    {
        await using TestApp app = await TestApp.StartAsync(WithUser(new Claim("sub", first), new Claim("sub", second)));

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains(expected, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_user_who_is_not_authenticated_has_no_claims()
    {
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Configure = options => options.Identity.FromClaim("X-Account", "sub"),
            Before = app => app.Use((context, next) =>
            {
                context.User = new(new ClaimsIdentity([new Claim("sub", "ann")])); // without an authentication type
                return next(context);
            }),
        });

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/9");

        Assert.Equal(200, (int)response.StatusCode);
        for (int i = 0; i < 3; i++)
        {
            await app.StatusAsync("GET", $"/things/{i}");
        }

        Assert.Contains("127.0.0.1", await (await app.SendAsync("GET", "/things/8")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_delegate_gives_the_value_of_an_attribute()
    {
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Configure = options => options.Identity.From("X-Plan", context => context.Request.Query["plan"]),
        });

        using HttpResponseMessage basic = await app.SendAsync("GET", "/things/1", "a", ("X-Plan", "pro"));
        using HttpResponseMessage pro = await app.SendAsync("GET", "/things/1?plan=pro", "b");

        Assert.Equal("3", basic.Headers.GetValues("X-Limit").Single());
        Assert.Equal("10", pro.Headers.GetValues("X-Limit").Single());
    }

    [Theory]
    [InlineData(null, "the header X-Account is missing")]
    [InlineData("", "the header X-Account is empty")]
    [InlineData("a,b", "it has a comma")]
    public async Task A_request_without_a_valid_account_is_a_problem(string? account, string expected)
    {
        await using TestApp app = await TestApp.StartAsync(new() { Policies = [Strict] });

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1", account);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains(expected, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_repeated_header_is_a_problem()
    {
        await using TestApp app = await TestApp.StartAsync(new() { Policies = [Strict] });

        string response = await RawHttp.SendAsync(
            app.Client.BaseAddress!, "GET /things/1 HTTP/1.1\r\nHost: a\r\nX-Account: a\r\nX-Account: b\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400", response);
        Assert.Contains("it occurs more than once", response);
    }

    [Theory]
    [InlineData("fe80::1%3", "fe80::2", true)] // zones are no part of an account, and an account is a /64
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    public async Task Addresses_of_one_caller_are_one_account(string first, string second, bool isOne)
    {
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Policies = [TestPolicies.Users],
            Configure = options => options.Address = context => IPAddress.Parse(context.Request.Headers["X-Address"]!),
        });
        await app.StatusAsync("GET", "/things/1", null, ("X-Address", first));
        await app.StatusAsync("GET", "/things/1", null, ("X-Address", first));

        Assert.Equal(isOne ? 429 : 200, await app.StatusAsync("GET", "/things/1", null, ("X-Address", second)));
    }

    [Fact]
    public async Task A_caller_without_an_address_is_a_problem()
    {
        await using TestApp app = await TestApp.StartAsync(new() { Configure = options => options.Address = _ => null });

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1", null);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("the caller's address is not known", await response.Content.ReadAsStringAsync());
    }

    private static TestAppSetup WithUser(params Claim[] claims) => new()
    {
        Policies = [Strict],
        Configure = options => options.Identity.FromClaim("x-account", "sub"),
        Before = app => app.Use((context, next) =>
        {
            context.User = new(new ClaimsIdentity(claims, "test"));
            return next(context);
        }),
    };
}
