namespace OrleansLimiter.Policies.Tests;

public class IdentityErrorsTests
{
    private const string Taken = ", which is a reserved name; choose another name";

    [Theory]
    [InlineData("header:X-Id", "3:11: identity is 'header:X-Id'; a mapping (key: value) is expected")]
    [InlineData("{}", "3:11: identity has no 'account'; add its sources, as in account: [header:X-Account-Id, ip]")]
    [InlineData(
        "{ plan: { default: a } }",
        "3:11: identity has no 'account'; add its sources, as in account: [header:X-Account-Id, ip]")]
    [InlineData("{ account: [] }", "3:22: account has 0 values; 1 to 256 are expected")]
    [InlineData("{ account: X-Id }", "3:22: a source of the account is 'X-Id'; header:Name or ip is expected")]
    [InlineData("{ account: 'header:' }", "3:22: '' is not a header name; 1 to 64 letters, digits and '-' are expected")]
    [InlineData("{ account: 'header:X Id' }", "3:22: 'X Id' is not a header name; 1 to 64 letters, digits and '-' are expected")]
    [InlineData(
        "{ account: [ip, header:X-Id] }",
        "3:27: the source 'header:X-Id' is never read: every request has an 'ip'; put 'ip' last")]
    [InlineData("{ account: [ip, ip] }", "3:27: account names 'ip' twice; once is enough")]
    [InlineData(
        "{ account: [header:X-Id, header:x-id] }",
        "3:36: the header 'x-id' is given twice; case is ignored in header names")]
    [InlineData("{ account: { from: header:X } }", "3:22: account is a mapping; a word or a list of words is expected")]
    [InlineData("{ account: ip, empty: refused }", "3:33: empty is 'refused'; did you mean 'refuse'?")]
    [InlineData("{ account: ip, empty: allow }", "3:33: empty is 'allow'; known are absent, refuse")]
    [InlineData("{ account: ip, empty: }", "3:33: empty is empty; give it a value")]
    [InlineData("{ account: ip, empty: [refuse] }", "3:33: empty is a list; text is expected")]
    [InlineData("{ account: ip, empty: {} }", "3:33: the attribute 'empty' has no 'default'; it is required")]
    [InlineData("{ account: ip, empty: refuse, empty: { default: a } }", "3:41: this key is given twice; the first is in line 3")]
    public void Where_the_account_is_read_from_is_checked(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.With(identity: text)));

    [Theory]
    [InlineData("plan: header:X-Plan", "3:32: the attribute 'plan' is 'header:X-Plan'; a mapping (key: value) is expected")]
    [InlineData("plan: {}", "3:32: the attribute 'plan' has no 'default'; it is required")]
    [InlineData("plan: { from: ip, default: a }", "3:40: from of the attribute 'plan' is 'ip'; header:Name is expected")]
    [InlineData("plan: { from: [header:X], default: a }", "3:40: from of the attribute 'plan' is a list; text is expected")]
    [InlineData(
        "plan: { from: 'header:X\\r\\nY', default: a }",
        "3:40: 'X\\r\\nY' is not a header name; 1 to 64 letters, digits and '-' are expected")]
    [InlineData(
        "plan: { from: \"header:X\\r\\nY\", default: a }",
        "3:40: 'X\\u000d\\u000aY' is not a header name; 1 to 64 letters, digits and '-' are expected")]
    [InlineData("plan: { one-of: [a, b] }", "3:32: the attribute 'plan' has no 'default'; it is required")]
    [InlineData(
        "plan: { one-of: [a, b], default: c }",
        "3:59: default of the attribute 'plan' is 'c', which is not one of its values; known are a, b")]
    [InlineData(
        "plan: { one-of: [starter, prime], default: prmie }",
        "3:69: default of the attribute 'plan' is 'prmie', which is not one of its values; did you mean 'prime'?")]
    [InlineData("plan: { one-of: [a, a], default: a }", "3:46: one-of of the attribute 'plan' names 'a' twice; once is enough")]
    [InlineData("plan: { one-of: [], default: a }", "3:42: one-of of the attribute 'plan' has 0 values; 1 to 256 are expected")]
    [InlineData(
        "plan: { one-of: [\"a\\nb\"], default: a }",
        "3:43: a value of the attribute 'plan' is 'a\\u000ab'; it has the control character U+000A as character 2; leave control characters out")]
    [InlineData("plan: { default: '' }", "3:43: default of the attribute 'plan' is empty; give it a value")]
    [InlineData(
        "plan: { default: vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv }",
        "3:43: a value of the attribute 'plan' is 'vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv…'; it has 129 characters; give at most 128")]
    [InlineData(
        "Plan: { default: a }",
        "3:26: an attribute is named 'Plan'; 1 to 64 of lower-case letters, digits, '-' and '_' are expected")]
    [InlineData("endpoint: { default: a }", "3:26: an attribute is named 'endpoint'" + Taken)]
    [InlineData("operation: { default: a }", "3:26: an attribute is named 'operation'" + Taken)]
    [InlineData("method: { default: a }", "3:26: an attribute is named 'method'" + Taken)]
    [InlineData("kind: { default: a }", "3:26: an attribute is named 'kind'" + Taken)]
    [InlineData("plan: { default: a }, plan: { default: b }", "3:48: this key is given twice; the first is in line 3")]
    public void Attributes_are_checked(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.With(identity: $"{{ account: ip, {text} }}")));
}
