namespace OrleansLimiter.Policies.Tests;

public class ConditionErrorsTests
{
    [Theory]
    [InlineData("[plan]", "6:85: 'when' of the limit 'b' is a list; a mapping (key: value) is expected")]
    [InlineData("{}", "6:85: 'when' of the limit 'b' is empty; name a key and its values, or leave it out")]
    [InlineData(
        "{ plna: a }",
        "6:87: 'when' of the limit 'b' has the key 'plna', which is not an attribute of 'identity'; did you mean 'plan'?")]
    [InlineData(
        "{ account: x }",
        "6:87: 'when' of the limit 'b' has the key 'account', which is not an attribute of 'identity'; known are endpoint, operation, method, kind, plan, region")]
    [InlineData("{ plan: [] }", "6:93: plan in 'when' of the limit 'b' has 0 values; 1 to 256 are expected")]
    [InlineData("{ plan: }", "6:93: plan in 'when' of the limit 'b' is empty; give it a value")]
    [InlineData("{ plan: d }", "6:93: plan in 'when' of the limit 'b' is 'd'; known are a, b, c")]
    [InlineData("{ plan: [a, a] }", "6:97: plan in 'when' of the limit 'b' names 'a' twice; once is enough")]
    [InlineData("{ plan: { a: b } }", "6:93: plan in 'when' of the limit 'b' is a mapping; a word or a list of words is expected")]
    [InlineData(
        "{ region: \"a\\tb\" }",
        "6:95: a value of region in 'when' of the limit 'b' is 'a\\u0009b'; it has the control character U+0009 as character 2; leave control characters out")]
    [InlineData("{ endpoint: h }", "6:97: endpoint in 'when' of the limit 'b' is 'h'; known are e, f, g, other")]
    [InlineData("{ endpoint: GET /e }", "6:97: endpoint in 'when' of the limit 'b' is 'GET /e'; known are e, f, g, other")]
    [InlineData("{ operation: reads }", "6:98: operation in 'when' of the limit 'b' is 'reads'; did you mean 'read'?")]
    [InlineData("{ method: get }", "6:95: method in 'when' of the limit 'b' is 'get'; did you mean 'GET'?")]
    [InlineData(
        "{ method: TRACE }",
        "6:95: method in 'when' of the limit 'b' is 'TRACE'; known are GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE, OTHER")]
    [InlineData("{ kind: user }", "6:93: kind in 'when' of the limit 'b' is 'user'; known are id, ip")]
    [InlineData("{ plan: a, plan: b }", "6:96: this key is given twice; the first is in line 6")]
    public void Conditions_are_checked(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(SecondLimit(text)));

    [Theory]
    [InlineData("{ endpoint: e, operation: write }", "6:3: the limit 'b' never applies: no request matches its 'when'")]
    [InlineData("{ endpoint: f, method: [GET, DELETE] }", "6:3: the limit 'b' never applies: no request matches its 'when'")]
    [InlineData("{ method: GET, operation: write }", "6:3: the limit 'b' never applies: no request matches its 'when'")]
    [InlineData(
        "{ plan: a }, unless: { plan: [a, b] }",
        "6:3: the limit 'b' never applies: no request matches its 'when' and not its 'unless'")]
    public void A_limit_that_never_applies_is_refused(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(SecondLimit(text)));

    [Fact]
    public void An_account_that_is_never_read_from_the_address_has_no_kind_ip() => Assert.Equal(
        ["5:95: kind in 'unless' of the limit 'a' is 'ip', which never occurs; add ip to the account's sources"],
        PolicyText.Errors(PolicyText.WithLimit("algorithm: fixed-window, permits: 1, window: 1s, unless: { kind: ip }")));

    private static string SecondLimit(string when) => PolicyText.With(
        identity: PolicyText.Identity,
        limits: $"- {PolicyText.Limit}\n- {{ name: b, scope: account, algorithm: fixed-window, permits: 1, window: 1s, when: {when} }}",
        more: PolicyText.Endpoints);
}
