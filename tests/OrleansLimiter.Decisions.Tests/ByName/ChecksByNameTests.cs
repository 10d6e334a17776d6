using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions.Tests;

/// <summary>Checks by the name of a policy, as services make them.</summary>
public sealed class ChecksByNameTests : IDisposable
{
    private const string Imports = """
        policy: imports
        generation: 1
        identity:
          account: [header:X-Account, ip]
          plan: { from: header:X-Plan, one-of: [basic, pro], default: basic }
        endpoints:
          import: ["POST /imports"]
          file: { routes: ["PUT /files/{file_id}"], resource: file_id }
        unlisted: shared
        limits:
          - name: account
            scope: account
            algorithm: fixed-window
            cases:
              - { when: { plan: pro }, permits: 100, window: 60s }
              - { permits: 10, window: 60s }
          - { name: file, scope: burst, when: { endpoint: file }, algorithm: fixed-window, permits: 1, window: 60s }
        """;

    private const string Routes = """
        policy: routes
        generation: 1
        identity:
          account: [header:X-Account]
        unlisted: route
        limits:
          - { name: route, scope: endpoint, algorithm: fixed-window, permits: 1, window: 60s }
        """;

    private readonly TestFolder _folder = new();
    private readonly FakeTime _time = new();
    private readonly Limiter _limiter;

    public ChecksByNameTests()
    {
        PolicyCatalogLoad load = PolicyCatalog.Load([_folder.Write("imports.yaml", Imports), _folder.Write("routes.yaml", Routes)], _time);
        Assert.Empty(load.Errors);
        var clock = new LimiterClock(_time);
        _limiter = new(load.Catalog!, new InProcessBucketStore(clock), new MemoryOverrides(_time), clock);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_check_takes_permits_of_the_account()
    {
        Assert.True((await _limiter.CheckAsync("imports", new("m_1") { Cost = 9 })).Allowed);
        Assert.False((await _limiter.CheckAsync("imports", new("m_1") { Cost = 2 })).Allowed);

        Decision decision = await _limiter.CheckAsync("imports", new("m_1"));

        Assert.True(decision.Allowed);
        Assert.Equal(("account", 0), (decision[0].Limit.Name, decision[0].Reading.Remaining));
        Assert.True((await _limiter.CheckAsync("imports", new("m_2"))).Allowed);
    }

    [Fact]
    public async Task A_peek_takes_no_permits()
    {
        Decision peek = await _limiter.CheckAsync("imports", new("m_1") { Peek = true });

        Assert.Equal(10, peek[0].Reading.Remaining);
        Assert.Equal(9, (await _limiter.CheckAsync("imports", new("m_1")))[0].Reading.Remaining);
    }

    [Fact]
    public async Task Attributes_select_the_case_and_an_endpoint_or_a_path_adds_its_limit()
    {
        var pro = new Dictionary<string, string> { ["plan"] = "pro" };

        Decision named = await _limiter.CheckAsync("imports", new("m_1") { Endpoint = "file", Resource = "f_1", Attributes = pro });
        Decision again = await _limiter.CheckAsync("imports", new("m_1") { Method = "put", Path = "/files/f_1?x=1", Attributes = pro });
        Decision other = await _limiter.CheckAsync("imports", new("m_1") { Endpoint = "file", Resource = "f_2", Attributes = pro });

        Assert.Equal((true, 99, 0), (named.Allowed, named[0].Reading.Remaining, named[1].Reading.Remaining));
        Assert.Equal((false, 99, 0), (again.Allowed, again[0].Reading.Remaining, again[1].Reading.Remaining));
        Assert.Equal((true, 98), (other.Allowed, other[0].Reading.Remaining));
    }

    [Fact]
    public async Task The_address_is_the_account_if_there_is_no_other()
    {
        await _limiter.CheckAsync("imports", new(null) { Address = "2001:db8::1", Cost = 10 });

        Assert.False((await _limiter.CheckAsync("imports", new(null) { Address = "[2001:db8::ffff]:443" })).Allowed);
    }

    [Fact]
    public async Task A_policy_that_does_not_exist_is_named_with_those_that_do()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await _limiter.CheckAsync("import", new("m_1")));

        Assert.Equal("There is no policy 'import'; the policies are imports, routes (Parameter 'policy')", error.Message);
    }

    public static TheoryData<LimiterCheck, string> InvalidChecks => new()
    {
        { new("m_1") { Cost = 0 }, "cost: it is 0; give 1 or more" },
        { new("") { Endpoint = "import" }, "the policy 'imports'" },
        { new("a\nb"), "account: it has the control character U+000A as character 2; leave control characters out" },
        { new("m_1") { Method = "GET IT" }, "method: " },
        { new("m_1") { Path = "/files/%" }, "path: " },
        { new("m_1") { Path = "/files/1", Endpoint = "file" }, "path: it is given beside endpoint or resource; give one of them" },
        { new("m_1") { Endpoint = "fil" }, "endpoint: the policy 'imports' has no endpoint of that name; give import, file, other, or method and path" },
        { new("m_1") { Endpoint = "file" }, "endpoint: the endpoint 'file' is limited by resource; give its file_id as resource" },
        { new("m_1") { Attributes = new Dictionary<string, string> { ["pln"] = "pro" } }, "attributes: " },
    };

    [Theory]
    [MemberData(nameof(InvalidChecks), DisableDiscoveryEnumeration = true)]
    public async Task An_invalid_check_names_the_value_and_takes_no_permits(LimiterCheck check, string expected)
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await _limiter.CheckAsync("imports", check));

        Assert.StartsWith($"The check is invalid: {expected}", error.Message);
        Assert.Equal("check", error.ParamName);
        Assert.Equal(10, (await _limiter.CheckAsync("imports", new("m_1") { Peek = true }))[0].Reading.Remaining);
    }

    [Fact]
    public async Task A_policy_whose_unlisted_paths_are_endpoints_of_their_own_needs_a_path()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await _limiter.CheckAsync("routes", new("m_1")));

        Assert.True((await _limiter.CheckAsync("routes", new("m_1") { Path = "/a" })).Allowed);
        Assert.False((await _limiter.CheckAsync("routes", new("m_1") { Path = "/a" })).Allowed);
    }

    [Fact]
    public async Task A_limiter_without_policies_says_so()
    {
        var clock = new LimiterClock(_time);
        var limiter = new Limiter(new InProcessBucketStore(clock), new MemoryOverrides(_time), clock);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () => await limiter.CheckAsync("imports", new("m_1")));

        Assert.Equal(
            "This limiter was created without policies, so it cannot find one by its name; give it a PolicyCatalog", error.Message);
    }
}
