using System.Text;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Testing;

/// <summary>The smallest valid policy, line by line, with one line exchanged or some added at line 6.</summary>
public static class PolicyText
{
    public const string Limit = "{ name: a, scope: account, algorithm: fixed-window, permits: 10, window: 60s }";

    /// <summary>Endpoints that read, write, and do both.</summary>
    public const string Endpoints = "endpoints: { e: [GET /e], f: [POST /f, PUT /f], g: [ANY /g] }\n";

    /// <summary>A closed and an open attribute, and both kinds of account.</summary>
    public const string Identity =
        "{ account: [header:X-Id, ip], plan: { one-of: [a, b, c], default: a }, region: { default: z } }";

    public static string With(
        string policy = "p",
        string generation = "1",
        string identity = "{ account: header:X-Id }",
        string limits = "- " + Limit,
        string more = "") =>
        $"policy: {policy}\ngeneration: {generation}\nidentity: {identity}\nlimits:\n{limits}\n{more}";

    /// <summary>The limit <c>a</c> of an account with this behind.</summary>
    public static string WithLimit(string rest) => With(limits: $"- {{ name: a, scope: account, {rest} }}");

    public static PolicyReadResult Read(string text) => PolicyReader.Read("f", Encoding.UTF8.GetBytes(text));

    /// <summary>What is wrong, each as <c>line:column: message</c>; nothing where there is a policy.</summary>
    public static string[] Errors(string text)
    {
        var result = Read(text);
        Assert.Equal(result.Errors.Count == 0, result.Policy is not null);
        return [.. result.Errors.Select(Short)];
    }

    public static string[] Warnings(string text) => [.. Read(text).Warnings.Select(Short)];

    private static string Short(PolicyError error) => error.ToString()[2..];
}
