namespace OrleansLimiter.Grpc.Tests;

/// <summary>Policies with limits that a test can exhaust.</summary>
internal static class RlsPolicies
{
    /// <summary>Three a minute for an account, and bursts of two a second for each thing.</summary>
    public const string Things = """
        policy: things
        generation: 1
        identity:
          account: [header:X-Account, ip]
          mode: { one-of: [live, sandbox], default: live }
          note: { default: none }
        endpoints:
          thing: { routes: [ANY /things/{thing_id}], resource: thing_id }
          list: [GET /things]
        unlisted: shared
        limits:
          - { name: account, scope: account, key: [mode], algorithm: fixed-window, permits: 3, window: 60s }
          - { name: burst, scope: burst, when: { endpoint: thing }, algorithm: rolling-window, permits: 2, window: 1s }
        responses:
          always: { X-Remaining: "{remaining}", X-Who: "{account}" }
          denied:
            headers: { Retry-After: "{retry-after-s}" }
            content-type: application/json
            body: '{"message":"slow down"}'
        """;

    /// <summary>The same policy with further keys.</summary>
    public static string ThingsWith(string more) => $"{Things}\n{more}";

    /// <summary>One limit of an account.</summary>
    public static string Limit(string limit, string more = "", string name = "one") =>
        $"policy: {name}\ngeneration: 1\nidentity: {{ account: header:X-Account }}\nunlisted: shared\n"
        + $"limits:\n  - {{ name: only, scope: account, {limit} }}\n{more}";
}
