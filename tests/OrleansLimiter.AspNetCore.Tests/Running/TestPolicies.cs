namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>Policies with limits that a test can exhaust.</summary>
internal static class TestPolicies
{
    /// <summary>Three a minute for an account, and bursts of two for each thing.</summary>
    public const string Shop = """
        policy: shop
        generation: 1
        identity:
          account: [header:X-Account, ip]
          plan: { from: header:X-Plan, one-of: [basic, pro], default: basic }
        endpoints:
          thing: { routes: ["ANY /things/{thing_id}"], resource: thing_id }
        unlisted: shared
        paths: { encoded-slash: keep }
        limits:
          - name: account
            scope: account
            algorithm: fixed-window
            cases:
              - { when: { plan: pro }, permits: 10, window: 60s }
              - { permits: 3, window: 60s }
          - { name: burst, scope: burst, when: { endpoint: thing }, algorithm: rolling-window, permits: 2, window: 10s }
        responses:
          report: [account]
          always:
            X-Limit: "{limit}"
            X-Remaining: "{remaining}"
          denied:
            status: 429
            headers: { Retry-After: "{retry-after-s}" }
            content-type: text/plain
            body: "slow down, {account}"
        """;

    /// <summary>Two a minute for each user, without a body. All paths are one endpoint.</summary>
    public const string Users = """
        policy: users
        generation: 1
        identity:
          account: [header:X-User, ip]
        unlisted: shared
        limits:
          - { name: user, scope: account, algorithm: rolling-window, permits: 2, window: 60s }
        responses:
          standard: draft-10
          always:
            X-User-Remaining: "{remaining}"
          denied:
            headers: { Retry-After: "{retry-after-s}" }
        """;

    /// <summary>One a minute for each account and route.</summary>
    public const string Routes = """
        policy: routes
        generation: 1
        identity:
          account: [header:X-Account]
        unlisted: route
        limits:
          - { name: route, scope: endpoint, algorithm: fixed-window, permits: 1, window: 60s }
        responses:
          always:
            X-Endpoint: "{endpoint}"
        on-failure: deny
        """;

    /// <summary>Five a minute for each account.</summary>
    public const string Five = """
        policy: five
        generation: 1
        identity:
          account: [header:X-Account, ip]
        unlisted: shared
        limits:
          - { name: account, scope: account, algorithm: fixed-window, permits: 5, window: 60s }
        responses:
          always:
            X-Five: "{remaining}"
        """;
}
