namespace OrleansLimiter.Cli.Tests;

/// <summary>Policies for tests.</summary>
internal static class Policies
{
    /// <summary>Two a minute for each account, and a header with what remains.</summary>
    public const string TwoAMinute = """
        policy: shop
        generation: 3
        identity:
          account: [header:X-Account-Id]
        endpoints:
          orders: [POST /orders, GET /orders/**]
        unlisted: shared
        limits:
          - { name: account, scope: account, algorithm: fixed-window, permits: 2, window: 60s }
        responses:
          always:
            X-Remaining: "{remaining}"
        """;

    /// <summary>Eight thousand an hour for each account, and headers with all variables that are numbers.</summary>
    public const string ThousandsAnHour = """
        policy: shop
        generation: 1
        identity:
          account: [header:X-Account-Id]
        unlisted: shared
        limits:
          - { name: endpoint, scope: endpoint, algorithm: fixed-window, permits: 8000, window: 1h }
        responses:
          always: { X-RateLimit-Limit: "{limit}", X-RateLimit-Remaining: "{remaining}", X-RateLimit-Reset: "{reset-s}" }
          denied:
            headers: { Retry-After: "{retry-after-s}" }
            content-type: application/json
            body: '{"message":"Too Many Requests"}'
        """;

    /// <summary>Three errors, on lines 2, 5 and 6.</summary>
    public const string ThreeErrors = """
        policy: shop
        generation: none
        identity:
          account: [header:X-Account-Id]
        unlisted: sometimes
        limitz: []
        limits:
          - { name: account, scope: account, algorithm: fixed-window, permits: 2, window: 60s }
        """;
}
