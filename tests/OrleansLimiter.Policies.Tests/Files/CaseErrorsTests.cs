namespace OrleansLimiter.Policies.Tests;

public class CaseErrorsTests
{
    private const string Advice = "; add a case without 'when' at the end, narrow the limit's 'when', or declare them under 'unlimited'";

    [Theory]
    [InlineData(" | ", "11:5: this case is never reached: the case in line 10 has no 'when' and matches every request")]
    [InlineData(" | { plan: a }", "11:5: this case is never reached: the case in line 10 has no 'when' and matches every request")]
    [InlineData("{ plan: a } | { plan: b } | ", "12:5: this case is never reached: the cases before it match all its requests")]
    [InlineData(
        "{ plan: [a, b] } | { plan: a, kind: ip }",
        "11:5: this case is never reached: the cases before it match all its requests")]
    [InlineData(
        "{ kind: ip } | { kind: id } | { region: x }",
        "12:5: this case is never reached: the cases before it match all its requests")]
    [InlineData("{ plan: c } | ", "10:5: this case is never reached: its 'when' contradicts that of the limit 'a'")]
    [InlineData("{ endpoint: e, operation: write } | ", "10:5: this case is never reached: no request matches its 'when'")]
    [InlineData(
        "{ region: [x, y] } | { region: x } | ",
        "11:5: this case is never reached: the cases before it match all its requests")]
    public void A_case_that_is_never_reached_is_refused(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(WithCases(text)));

    [Theory]
    [InlineData("{ plan: a }", "5:3: the limit 'a' has no case for requests with plan b" + Advice)]
    [InlineData("{ plan: a } | { plan: b, kind: id }", "5:3: the limit 'a' has no case for requests with plan b, kind ip" + Advice)]
    [InlineData(
        "{ region: [x, y] }",
        "5:3: the limit 'a' has no case for requests with plan a or b, region other than x or y" + Advice)]
    [InlineData(
        "{ endpoint: e } | { endpoint: [f, g] }",
        "5:3: the limit 'a' has no case for requests with endpoint other, plan a or b" + Advice)]
    [InlineData("{ operation: read }", "5:3: the limit 'a' has no case for requests with operation write, plan a or b" + Advice)]
    [InlineData(
        "{ method: [GET, POST, PUT] }",
        "5:3: the limit 'a' has no case for requests with method HEAD, OPTIONS, PATCH, DELETE or OTHER, plan a or b" + Advice)]
    public void A_limit_without_a_case_for_a_request_is_refused(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(WithCases(text)));

    [Theory]
    [InlineData("{ plan: a } | { plan: b }")]
    [InlineData("{ plan: a } | ")]
    [InlineData("{ kind: id } | { kind: ip }")]
    [InlineData("{ operation: read } | { operation: write }")]
    [InlineData("{ region: x } | { plan: a, region: [x, y] } | ")]
    public void Cases_that_cover_all_requests_are_valid(string text) =>
        Assert.Empty(PolicyText.Errors(WithCases(text)));

    private static string WithCases(string cases)
    {
        var lines = cases.Split('|').Select(when => when.Trim()).Select(when => when.Length == 0 ? "" : $"when: {when}, ");
        return PolicyText.With(
            identity: PolicyText.Identity,
            limits: "- name: a\n  scope: account\n  algorithm: fixed-window\n  when: { plan: [a, b] }\n  cases:\n"
                + string.Concat(lines.Select(when => $"  - {{ {when}permits: 1, window: 1s }}\n")),
            more: "unlimited: { when: { plan: c } }\n" + PolicyText.Endpoints);
    }
}
