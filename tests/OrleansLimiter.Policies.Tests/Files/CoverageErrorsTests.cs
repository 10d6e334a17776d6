namespace OrleansLimiter.Policies.Tests;

public class CoverageErrorsTests
{
    private const string Advice = "; add a limit for them, or declare them under 'unlimited'";
    private const string NoLimit = "4:1: no limit applies to ";

    [Theory]
    [InlineData("when: { plan: a }", "", NoLimit + "requests with plan b or c" + Advice)]
    [InlineData(
        "when: { plan: a } | when: { plan: b, kind: id }", "",
        NoLimit + "requests with plan b, kind ip" + Advice,
        NoLimit + "requests with plan c" + Advice)]
    [InlineData("when: { region: x }", "", NoLimit + "requests with region other than x" + Advice)]
    [InlineData("unless: { region: [x, y] }", "", NoLimit + "requests with region x or y" + Advice)]
    [InlineData("when: { endpoint: [e, f] }", "", NoLimit + "requests with endpoint g or other" + Advice)]
    [InlineData(
        "when: { endpoint: [e, f] } | when: { endpoint: g, operation: read } | when: { endpoint: other, plan: a }", "",
        NoLimit + "requests with endpoint g and operation write" + Advice,
        NoLimit + "requests with endpoint other, plan b or c" + Advice)]
    [InlineData("when: { operation: read }", "", NoLimit + "requests with operation write" + Advice)]
    [InlineData(
        "when: { method: [GET, POST] }", "",
        NoLimit + "requests with method HEAD, OPTIONS, PUT, PATCH, DELETE or OTHER" + Advice)]
    [InlineData("when: { kind: id }", "{ when: { plan: a } }", NoLimit + "requests with plan b or c, kind ip" + Advice)]
    [InlineData("unless: { plan: a, kind: ip }", "", NoLimit + "requests with plan a, kind ip" + Advice)]
    [InlineData(
        "when: { plan: a, region: x, kind: id, endpoint: e } | when: { plan: b, region: y, kind: id, endpoint: f } | when: { plan: c, region: w, kind: ip, endpoint: g }", "",
        NoLimit + "requests with endpoint e, plan a, region x, kind ip" + Advice,
        NoLimit + "requests with endpoint e, plan a, region other than x" + Advice,
        NoLimit + "requests with endpoint e, plan b or c" + Advice,
        NoLimit + "requests with endpoint f, plan a or c" + Advice,
        NoLimit + "requests with endpoint f, plan b, region other than y" + Advice,
        NoLimit + "further requests, which are not listed" + Advice)]
    public void A_request_to_which_no_limit_applies_is_refused(string limits, string unlimited, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(WithLimits(limits, unlimited)));

    [Theory]
    [InlineData("when: { plan: a }", "{ when: { plan: [b, c] } }")]
    [InlineData("when: { plan: a } | unless: { plan: a }", "")]
    [InlineData("when: { operation: read } | when: { operation: write }", "")]
    [InlineData("when: { endpoint: [e, f, g] }", "[{ when: { endpoint: other, kind: ip } }, { when: { endpoint: other, kind: id } }]")]
    [InlineData("when: { plan: [a, b] } | when: { plan: [b, c] }", "")]
    public void A_policy_that_covers_all_requests_is_valid(string limits, string unlimited) =>
        Assert.Empty(PolicyText.Errors(WithLimits(limits, unlimited)));

    [Theory]
    [InlineData(
        "key: plan", "{ when: { plan: a } }",
        "6:12: this 'unlimited' has no effect: limits, or entries before it, match all its requests; leave it out")]
    [InlineData(
        "when: { plan: a }", "[{ when: { plan: [b, c] } }, { when: { plan: c } }]",
        "6:41: this 'unlimited' has no effect: limits, or entries before it, match all its requests; leave it out")]
    [InlineData(
        "when: { plan: a }", "[{ when: { plan: [b, c] } }, { when: { plan: a } }]",
        "6:41: this 'unlimited' has no effect: limits, or entries before it, match all its requests; leave it out")]
    [InlineData("when: { plan: [a, b] }", "{}", "6:12: unlimited has no 'when'; it is required")]
    [InlineData("when: { plan: [a, b] }", "[]", "6:12: unlimited has 0 entries; 1 to 100 are expected")]
    [InlineData(
        "when: { plan: [a, b] }", "{ when: { plan: [c, d] } }",
        "6:32: plan in 'when' of unlimited is 'd'; known are a, b, c")]
    public void An_unlimited_that_is_not_needed_is_refused(string limits, string unlimited, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(WithLimits(limits, unlimited)));

    private static string WithLimits(string limits, string unlimited) => PolicyText.With(
        identity: PolicyText.Identity,
        limits: string.Join('\n', limits.Split('|').Select((when, i) =>
            $"- {{ name: {(char)('a' + i)}, scope: account, algorithm: fixed-window, permits: 1, window: 1s, {when.Trim()} }}")),
        more: (unlimited.Length > 0 ? $"unlimited: {unlimited}\n" : "") + PolicyText.Endpoints);
}
