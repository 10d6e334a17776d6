using System.Runtime.CompilerServices;

namespace OrleansLimiter.Policies.Tests;

public class AcceptedFormsTests
{
    [Theory]
    [InlineData("1ms", 1)]
    [InlineData("500ms", 500)]
    [InlineData("60s", 60_000)]
    [InlineData("'60s'", 60_000)]
    [InlineData("1m", 60_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("366d", 31_622_400_000)]
    public void A_duration_is_read(string text, long milliseconds) => Assert.Equal(
        TimeSpan.FromMilliseconds(milliseconds),
        Valid(PolicyText.WithLimit($"algorithm: fixed-window, permits: 1, window: {text}")).Limits[0].Cases[0].Rule.Window);

    [Theory]
    [InlineData("rolling-window, permits: 1000000000", Algorithm.RollingWindow, 1_000_000_000)]
    [InlineData("fixed-window, permits: 1", Algorithm.FixedWindow, 1)]
    [InlineData("leaky-bucket, permits: 40", Algorithm.LeakyBucket, 40)]
    [InlineData("token-bucket, permits: 40", Algorithm.TokenBucket, 40)]
    [InlineData("token-bucket, permits: 40, burst: 100", Algorithm.TokenBucket, 100)]
    public void An_algorithm_is_read(string text, Algorithm algorithm, int capacity)
    {
        var rule = Valid(PolicyText.WithLimit($"algorithm: {text}, window: 60s")).Limits[0].Cases[0].Rule;

        Assert.Equal((algorithm, capacity), (rule.Algorithm, rule.Capacity));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(", lease: none", false)]
    [InlineData(", lease: auto", true)]
    public void Lease_is_read(string text, bool lease) =>
        Assert.Equal(lease, Valid(PolicyText.WithLimit($"algorithm: fixed-window, permits: 100, window: 1s{text}")).Limits[0].Lease);

    [Theory]
    [InlineData("permits: 1, window: 1s", Survive.Crash)]
    [InlineData("permits: 1, window: 999ms", Survive.None)]
    [InlineData("cases: [{ permits: 1, window: 1ms, when: { kind: id } }, { permits: 1, window: 1s }]", Survive.Crash)]
    [InlineData("permits: 1, window: 59m, survive: none", Survive.None)]
    [InlineData("permits: 1, window: 1ms, survive: crash", Survive.Crash)]
    [InlineData("permits: 1, window: 30d, survive: restart", Survive.Restart)]
    public void What_counts_survive_is_read_or_follows_from_the_longest_window(string text, Survive survive)
    {
        string policy = PolicyText.With(
            identity: "{ account: [header:X-Id, ip] }", limits: $"- {{ name: a, scope: account, algorithm: fixed-window, {text} }}");

        Assert.Equal(survive, Valid(policy).Limits[0].Survive);
        Assert.Empty(PolicyText.Warnings(policy));
    }

    [Theory]
    [InlineData("allow", OnFailureKind.Allow, 1)]
    [InlineData("deny", OnFailureKind.Deny, 1)]
    [InlineData("{ local: { share: 0.5 } }", OnFailureKind.Local, 0.5)]
    [InlineData("\n  local:\n    share: 1", OnFailureKind.Local, 1)]
    [InlineData("{ local: { share: 0.000001 } }", OnFailureKind.Local, 0.000001)]
    public void On_failure_is_read(string text, OnFailureKind kind, double share) =>
        Assert.Equal(new OnFailure(kind, (decimal)share), Valid(PolicyText.With(more: $"on-failure: {text}\n")).OnFailure);

    [Theory]
    [InlineData("problem-details: none, content-type: text/plain, body: a", ProblemFormat.None, "a")]
    [InlineData("status: 403, problem-details: draft-10", ProblemFormat.Draft10, null)]
    public void Problem_details_are_read(string text, ProblemFormat format, string? body)
    {
        var responses = Valid(PolicyText.With(more: $"responses: {{ denied: {{ {text} }} }}\n")).Responses;

        Assert.Equal((format, body), (responses.DeniedProblem, responses.DeniedBody));
    }

    [Fact]
    public void Defaults_are_those_of_the_definition()
    {
        var policy = Valid(PolicyText.With());

        Assert.Equal(("", Unlisted.Route, OnFailure.Allow), (policy.Description, policy.Unlisted, policy.OnFailure));
        Assert.Equal((429, null, null, StandardHeaders.None),
            (policy.Responses.DeniedStatus, policy.Responses.DeniedContentType, policy.Responses.DeniedBody, policy.Responses.Standard));
        Assert.Equal(ProblemFormat.None, policy.Responses.DeniedProblem);
        Assert.Empty(policy.Endpoints);
        Assert.Empty(policy.IdPrefixes);
        Assert.Empty(policy.Unlimited);
    }

    [Fact]
    public void A_source_of_every_kind_is_read_as_it_is_written()
    {
        Assert.All(Enum.GetValues<AccountSourceKind>(), kind =>
        {
            var source = new AccountSource(kind, kind == AccountSourceKind.Ip ? "" : "x");
            Assert.Equal([source], Valid(PolicyText.With(identity: $"{{ account: [\"{source}\"] }}")).Account.ToArray());
        });
    }

    [Fact]
    public void The_account_has_one_source_or_several()
    {
        Assert.Equal([AccountSource.Header("X-Id")], Valid(PolicyText.With(identity: "{ account: header:X-Id }")).Account.ToArray());
        Assert.Equal([AccountSource.Ip], Valid(PolicyText.With(identity: "{ account: ip }")).Account.ToArray());
        Assert.Equal([AccountSource.Header("A"), AccountSource.Header("B"), AccountSource.Ip], Valid(PolicyText.With(identity: "{ account: [header:A, header:B, ip] }")).Account.ToArray());
    }

    [Theory]
    [InlineData("{ account: ip }", EmptyValues.Absent)]
    [InlineData("{ account: ip, empty: absent }", EmptyValues.Absent)]
    [InlineData("{ account: ip, empty: refuse }", EmptyValues.Refuse)]
    [InlineData("{ empty: refuse, account: ip }", EmptyValues.Refuse)]
    public void The_treatment_of_empty_values_is_read(string identity, EmptyValues expected)
    {
        var policy = Valid(PolicyText.With(identity: identity));

        Assert.Equal(expected, policy.Empty);
        Assert.Empty(policy.Attributes);
    }

    [Fact]
    public void An_attribute_can_be_named_empty()
    {
        var policy = Valid(PolicyText.With(identity: "{ account: ip, empty: { from: header:X-Empty, one-of: [yes, no], default: no } }"));

        Assert.Equal(EmptyValues.Absent, policy.Empty);
        Assert.Equal(("empty", "X-Empty"), (Assert.Single(policy.Attributes).Name, policy.Attributes[0].Header));
    }

    [Fact]
    public void An_attribute_is_open_or_closed_and_its_header_is_optional()
    {
        var attributes = Valid(PolicyText.With(identity: "{ account: ip, region: { default: eu }, mode: { from: header:X-Mode, one-of: live, default: live } }")).Attributes;

        Assert.Equal(("region", null, "eu", false), (attributes[0].Name, attributes[0].Header, attributes[0].Default, attributes[0].IsClosed));
        Assert.Equal(("mode", "X-Mode", "live", true), (attributes[1].Name, attributes[1].Header, attributes[1].Default, attributes[1].IsClosed));
        Assert.Equal(["live"], attributes[1].OneOf.ToArray());
    }

    [Fact]
    public void A_condition_has_one_value_or_several_and_unlimited_one_entry_or_several()
    {
        string limit = "- { name: a, scope: account, algorithm: fixed-window, permits: 1, window: 1s, unless: { method: [GET, HEAD] } }";

        var one = Valid(PolicyText.With(limits: limit, more: "unlimited: { when: { method: [GET, HEAD] } }\n"));
        var two = Valid(PolicyText.With(limits: limit, more: "unlimited:\n- when: { method: GET }\n- when: { method: HEAD }\n"));

        Assert.Equal(["GET", "HEAD"], Assert.Single(one.Limits[0].Unless!.Terms).Values.ToArray());
        Assert.Equal(["GET", "HEAD"], Assert.Single(Assert.Single(one.Unlimited).Terms).Values.ToArray());
        Assert.Equal(["GET", "HEAD"], two.Unlimited.SelectMany(entry => entry.Terms).SelectMany(term => term.Values));
    }

    [Fact]
    public void Routes_of_every_form_can_be_quoted_or_not()
    {
        var endpoint = Assert.Single(Valid(PolicyText.With(
            more: "endpoints:\n  e: { routes: ['GET /a/{id}', POST /a/{id}/b, DELETE /{id}/**], resource: id }\n")).Endpoints);

        Assert.Equal(
            [new("GET", "/a/{id}"), new("POST", "/a/{id}/b"), new("DELETE", "/{id}/**")],
            endpoint.Routes.ToArray());
        Assert.Equal("id", endpoint.Resource);
        Assert.Equal(new RoutePattern(null, "/**"), Valid(PolicyText.With(more: "endpoints: { all: ANY /** }\n")).Endpoints[0].Routes[0]);
    }

    [Fact]
    public void Text_that_resembles_a_route_or_a_number_is_unchanged()
    {
        var policy = Valid(PolicyText.With(
            identity: "{ account: ip, on: { one-of: [yes, no, 010, 'null'], default: no } }",
            more: "description: |\n  see /a/{id}\n  and /b/{id}\n"));

        Assert.Equal(["yes", "no", "010", "null"], policy.Attributes[0].OneOf.ToArray());
        Assert.Equal("see /a/{id}\nand /b/{id}\n", policy.Description);
    }

    [Fact]
    public void Every_policy_of_the_repository_is_valid()
    {
        string[] files = Directory.GetFiles(Path.Combine(Root(), "policies"), "*.yaml");

        Assert.Equal(5, files.Length);
        Assert.Empty(PolicyReader.ReadFiles(files).SelectMany(result => result.Errors));
    }

    [Fact]
    public void The_example_in_the_policy_reference_is_valid()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Root(), "docs", "policy-reference.md"));
        var example = lines.SkipWhile(line => line != "```yaml").Skip(1).TakeWhile(line => line != "```");

        Assert.Equal("shop", Valid(string.Join('\n', example)).Name);
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../.."));

    private static PolicyDefinition Valid(string text)
    {
        Assert.Empty(PolicyText.Errors(text));
        return PolicyText.Read(text).Policy!;
    }
}
