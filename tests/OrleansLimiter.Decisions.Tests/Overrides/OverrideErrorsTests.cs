using static OrleansLimiter.Decisions.Tests.TestOverrides;

namespace OrleansLimiter.Decisions.Tests;

public class OverrideErrorsTests
{
    private static readonly Override Good = Raise(500);

    public static TheoryData<string, Override, string, string> Table => new()
    {
        { "none of three", Good with { Permits = null }, "unlimited", "0 of permits, multiply and unlimited are given; it must be exactly one" },
        { "two of three", Good with { Multiply = 2 }, "permits", "2 of permits, multiply and unlimited are given; it must be exactly one" },
        { "all three", Good with { Multiply = 2, Unlimited = true }, "permits", "3 of permits, multiply and unlimited are given; it must be exactly one" },
        { "permits below", Good with { Permits = -1 }, "permits", "permits is -1; it must be from 0 to 1000000000" },
        { "permits above", Good with { Permits = 1_000_000_001 }, "permits", "permits is 1000000001; it must be from 0 to 1000000000" },
        { "factor 0", Times(0), "multiply", "multiply is 0; it must be above 0, at most 1000, with at most 6 decimals" },
        { "factor below", Times(-1), "multiply", "multiply is -1; it must be above 0, at most 1000, with at most 6 decimals" },
        { "factor above", Times(1000.000001m), "multiply", "multiply is 1000.000001; it must be above 0, at most 1000, with at most 6 decimals" },
        { "factor too fine", Times(1.0000001m), "multiply", "multiply is 1.0000001; it must be above 0, at most 1000, with at most 6 decimals" },
        { "window short", Good with { Window = TimeSpan.FromTicks(9_999) }, "window", "window is 0.9999 ms; it must be from 1 ms to 366 days" },
        { "window long", Good with { Window = TimeSpan.FromDays(367) }, "window", "window is 31708800000 ms; it must be from 1 ms to 366 days" },
        { "window of unlimited", Good with { Permits = null, Unlimited = true, Window = TimeSpan.FromDays(1) }, "window", "window is given with unlimited; it needs permits or multiply" },
        { "past", Good with { Until = Now }, "until", "until is 2026-01-01T00:00:00Z, which has passed; it must be later than now" },
        { "long note", Good with { Note = new('x', 501) }, "note", "note has 501 characters; it must be text of at most 500" },
        { "half a character", Good with { Note = "\ud83d" }, "note", "note has 1 characters; it must be text of at most 500" },
        { "long name", Good with { SetBy = new('x', 501) }, "by", "by has 501 characters; it must be text of at most 500" },
        { "no account", Good with { Account = new(AccountKind.Id, "") }, "account", "account is not a valid name: it is empty; give 1 to 256 characters" },
        { "no such limit", Good with { Limit = "companies" }, "limit", "policy 'front' has no limit 'companies'; it has company, apps, burst" },
        { "no such key", For("plans=prime"), "when.plans", "policy 'front' has no 'plans'; conditions can use endpoint, operation, method, kind, plan, client, app, mode" },
        { "no such value", For("plan=gold|prime"), "when.plan", "'gold' is not a value of 'plan'; it must be one of starter, prime, enterprise" },
        { "no such endpoint", For("endpoint=import") with { Limit = "burst" }, "when.endpoint", "'import' is not a value of 'endpoint'; it must be one of exports, other" },
        { "another kind", For("kind=ip"), "when.kind", "'ip' is not a value of 'kind'; it must be one of id" },
        { "twice", For("plan=prime plan=starter"), "when.plan", "'plan' is given twice; put all its values into one list" },
        { "no value", Good with { When = new([new("plan", [])]) }, "when.plan", "'plan' has no value; it must have at least one" },
        { "bad value", For("app=a\u0001") with { Limit = "apps" }, "when.app", "'app' has an invalid value: it has the control character U+0001 as character 2; leave control characters out" },
        { "never", For("client=partner"), "when", "limit 'company' never applies to such a request, so the override would have no effect" },
        { "one bucket", For("client=direct"), "when.client", "limit 'company' counts all values of 'client' together, so an override cannot apply to some of them; remove 'client'" },
        { "one bucket for endpoints", For("endpoint=exports"), "when.endpoint", "limit 'company' counts all values of 'endpoint' together, so an override cannot apply to some of them; remove 'endpoint'" },
        { "one bucket for operations", For("operation=read") with { Limit = "burst" }, "when.operation", "limit 'burst' counts all values of 'operation' together, so an override cannot apply to some of them; remove 'operation'" },
        { "too large", Times(1000) with { Limit = "burst", Multiply = null, Permits = 1_000_000_000 }, "permits", "for the case of 10 permits per 00:00:01 of limit 'burst': burst is 2000000000; it must be from 1 to 1000000000" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void An_error_names_the_field(string name, Override change, string field, string message)
    {
        Assert.NotEmpty(name);
        var error = Assert.Single(change.Validate(Front, Now));
        Assert.Equal((field, message), (error.Field, error.Message));
    }

    [Fact]
    public void A_rule_that_cannot_be_counted_exactly_is_refused_before_it_is_set()
    {
        var error = Assert.Single((Raise(999_999_937, "apps") with { Window = TimeSpan.FromDays(366) }).Validate(Front, Now));
        Assert.Equal("permits", error.Field);
        Assert.StartsWith("for the case of 7 permits per 1.00:00:00 of limit 'apps': a capacity of 999999937", error.Message);
    }

    [Fact]
    public void Only_cases_that_can_match_the_condition_are_checked()
    {
        var large = Front with
        {
            Limits =
            [
                Front.Limits[0] with
                {
                    Cases =
                    [
                        new(When("plan=enterprise"), new(Algorithm.FixedWindow, Rule.MaxPermits, TimeSpan.FromMinutes(1))),
                        .. Front.Limits[0].Cases[1..],
                    ],
                },
            ],
        };
        Assert.Empty((For("plan=prime|starter") with { Permits = null, Multiply = 2 }).Validate(large, Now));
        Assert.Equal("multiply", Assert.Single(Times(2).Validate(large, Now)).Field);
    }

    [Fact]
    public void All_errors_are_reported_together() =>
        Assert.Equal(
            ["account", "note", "permits", "permits", "window", "until", "limit", "when.planet"],
            new Override
            {
                Account = new(AccountKind.Id, ""),
                Policy = "front",
                Limit = "x",
                Permits = -1,
                Multiply = 1,
                Window = TimeSpan.Zero,
                Note = new('n', 1000),
                When = When("planet=mars"),
                Until = DateTimeOffset.MinValue,
            }.Validate(Front, Now).Select(error => error.Field));

    [Fact]
    public void An_unknown_policy_is_an_error()
    {
        var error = Assert.Single((Good with { Policy = "back" }).Validate(null, Now));
        Assert.Equal(("policy", "no policy 'back' is in force"), (error.Field, error.Message));
    }

    [Theory]
    [InlineData("company", "")]
    [InlineData("company", "plan=prime")]
    [InlineData("company", "client=direct|zapier plan=starter|prime")]
    [InlineData("company", "kind=id")]
    [InlineData("apps", "app=anything-at-all operation=write")]
    [InlineData("apps", "method=GET|OTHER")]
    [InlineData("burst", "endpoint=exports|other mode=test")]
    public void A_condition_can_use_the_key_of_the_limit(string limit, string when) =>
        Assert.Empty((For(when) with { Limit = limit }).Validate(Front, Now));

    [Fact]
    public void An_override_with_every_field_is_valid() =>
        Assert.Empty((Times(0.000001m) with
        {
            Window = Rule.MaxWindow,
            When = When("plan=prime"),
            Until = Now.AddTicks(1),
            Note = new('n', 500),
            SetBy = "support\nÄ",
        }).Validate(Front, Now));

    private static Override Times(decimal factor) => Good with { Permits = null, Multiply = factor };

    private static Override For(string when) => Good with { When = When(when) };
}
