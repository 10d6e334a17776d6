namespace OrleansLimiter.Policies.Tests;

public class BoundsTests
{
    private static readonly Dictionary<string, (string Text, string Error)> Beyond = new()
    {
        ["attributes"] =
        (
            PolicyText.With(identity: $"{{ account: ip, {Many(17, i => $"a{i}: {{ default: x }}")} }}"),
            "3:11: identity has 17 attributes; at most 16 are expected"
        ),
        ["values"] =
        (
            PolicyText.With(identity: $"{{ account: ip, plan: {{ one-of: [{Many(257, i => $"v{i}")}], default: v0 }} }}"),
            "3:42: one-of of the attribute 'plan' has 257 values; 1 to 256 are expected"
        ),
        ["endpoints"] =
        (
            PolicyText.With(more: $"endpoints: {{ {Many(501, i => $"e{i}: GET /e{i}")} }}"),
            "6:12: endpoints has 501 endpoints with 501 routes; at most 500 and 2000 are expected"
        ),
        ["routes"] =
        (
            PolicyText.With(more: $"endpoints: {{ {Many(9, i => $"e{i}: [{Many(223, j => $"GET /e{i}/{j}")}]")} }}"),
            "6:12: endpoints has 9 endpoints with 2007 routes; at most 500 and 2000 are expected"
        ),
        ["limits"] =
        (
            PolicyText.With(limits: "  [" + Many(101, i => PolicyText.Limit.Replace("name: a", $"name: l{i}")) + "]"),
            "5:3: limits has 101 entries; 1 to 100 are expected"
        ),
        ["cases"] =
        (
            PolicyText.WithLimit($"algorithm: fixed-window, cases: [{Many(201, _ => "{ permits: 1, window: 1s }")}]"),
            "5:62: cases of the limit 'a' has 201 entries; 1 to 200 are expected"
        ),
        ["headers"] =
        (
            PolicyText.With(more: $"responses: {{ always: {{ {Many(33, i => $"X-{i}: a")} }} }}"),
            "6:22: always has 33 headers; at most 32 are expected"
        ),
        ["description"] =
        (
            PolicyText.With(more: "description: " + new string('x', 16_385)),
            "6:14: description has 16385 characters; at most 16384 are expected"
        ),
        ["body"] =
        (
            PolicyText.With(more: $"responses: {{ denied: {{ content-type: text/plain, body: {new string('x', 16_385)} }} }}"),
            "6:56: body of denied has 16385 characters; at most 16384 are expected"
        ),
        ["combinations"] =
        (
            PolicyText.With(
                identity: $"{{ account: ip, {Many(6, i => $"a{i}: {{ one-of: [{Many(11, j => $"v{j}")}], default: v0 }}")} }}",
                limits: $"- {{ name: a, scope: account, algorithm: fixed-window, permits: 1, window: 1s, key: [{Many(6, i => $"a{i}")}] }}"),
            "4:1: a0, a1, a2, a3, a4, a5 have more than 1000000 combinations; use fewer attributes or values in conditions and 'key'"
        ),
        ["depth"] =
        (
            PolicyText.With(more: "ids: " + new string('[', 20) + new string(']', 20)),
            "6:22: this is nested more than 16 levels deep; a policy needs 8 at most"
        ),
    };

    public static TheoryData<string> Bounds => [.. Beyond.Keys];

    [Theory]
    [MemberData(nameof(Bounds))]
    public void A_policy_beyond_a_bound_is_refused(string what) =>
        Assert.Equal([Beyond[what].Error], PolicyText.Errors(Beyond[what].Text));

    [Fact]
    public void Errors_above_the_maximum_are_only_counted()
    {
        var errors = PolicyText.Read(PolicyText.With(more: $"ids: [{Many(256, i => $"'a {i}'")}]\ndescription: x\n"
            + string.Join('\n', Enumerable.Range(0, 300).Select(i => $"unheard{i}: x")))).Errors;

        Assert.Equal(501, errors.Count);
        Assert.Equal("f: 56 more errors are not listed", errors[^1].ToString());
    }

    private static string Many(int count, Func<int, string> one) => string.Join(", ", Enumerable.Range(0, count).Select(one));
}
