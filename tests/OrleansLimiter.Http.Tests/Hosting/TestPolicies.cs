namespace OrleansLimiter.Http.Tests;

/// <summary>Policies with limits that a test can exhaust.</summary>
internal static class TestPolicies
{
    /// <summary>Three a minute for an account, ten with the plan pro, and bursts of two for each thing.</summary>
    public const string Things = """
        policy: things
        generation: 3
        description: For tests.
        identity:
          account: [header:X-Account, ip]
          mode: { from: header:X-Mode, one-of: [live, sandbox], default: live }
          plan: { from: header:X-Plan, one-of: [basic, pro], default: basic }
          note: { from: header:X-Note, default: none }
        endpoints:
          thing: { routes: [ANY /things/{thing_id}], resource: thing_id }
        unlisted: shared
        limits:
          - name: account
            scope: account
            key: [mode]
            algorithm: fixed-window
            cases:
              - { when: { plan: pro }, permits: 10, window: 60s }
              - { permits: 3, window: 60s }
          - { name: burst, scope: burst, when: { endpoint: thing }, algorithm: rolling-window, permits: 2, window: 1s }
        responses:
          report: [account]
          always:
            X-Limit: "{limit}"
            X-Remaining: "{remaining}"
            X-Who: "{account}"
          denied:
            status: 429
            headers: { Retry-After: "{retry-after-s}" }
            content-type: application/json
            body: '{"message":"slow down"}'
        on-failure: allow
        """;

    /// <summary>One a minute, denied with a body that contains the account. An outage denies as well.</summary>
    public const string Strict = """
        policy: strict
        generation: 1
        identity:
          account: [header:X-Account]
        unlisted: shared
        limits:
          - { name: only, scope: endpoint, algorithm: fixed-window, permits: 1, window: 60s }
        responses:
          denied:
            status: 503
            content-type: text/plain
            body: 'not now, {account}'
        on-failure: deny
        """;
}
