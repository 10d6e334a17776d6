using System.Text;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Testing;

/// <summary>The smallest valid policy, with one line replaced or some added at line 6.</summary>
public static class PolicyText
{
    public const string Limit = "{ name: a, scope: account, algorithm: fixed-window, permits: 10, window: 60s }";

    /// <summary>Endpoints with reads, with writes, and with both.</summary>
    public const string Endpoints = "endpoints: { e: [GET /e], f: [POST /f, PUT /f], g: [ANY /g] }\n";

    /// <summary>A closed attribute, an open attribute, and both kinds of account.</summary>
    public const string Identity =
        "{ account: [header:X-Id, ip], plan: { one-of: [a, b, c], default: a }, region: { default: z } }";

    public static string With(
        string policy = "p",
        string generation = "1",
        string identity = "{ account: header:X-Id }",
        string limits = "- " + Limit,
        string more = "") =>
        $"policy: {policy}\ngeneration: {generation}\nidentity: {identity}\nlimits:\n{limits}\n{more}";

    /// <summary>A policy with the limit <c>a</c> of an account and more keys of it.</summary>
    public static string WithLimit(string rest) => With(limits: $"- {{ name: a, scope: account, {rest} }}");

    public static PolicyReadResult Read(string text) => PolicyReader.Read("f", Encoding.UTF8.GetBytes(text));

    /// <summary>The errors, each as <c>line:column: message</c>; empty if the policy is valid.</summary>
    public static string[] Errors(string text)
    {
        var result = Read(text);
        Assert.Equal(result.Errors.Count == 0, result.Policy is not null);
        return [.. result.Errors.Select(Short)];
    }

    public static string[] Warnings(string text) => [.. Read(text).Warnings.Select(Short)];

    private static string Short(PolicyError error) => error.ToString()[2..];
}
