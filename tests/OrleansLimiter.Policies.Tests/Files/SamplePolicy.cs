namespace OrleansLimiter.Policies.Tests;

/// <summary>A policy that uses every part of the format, and its definition.</summary>
internal static class SamplePolicy
{
    public const string Text = """
        policy: front
        generation: 1                   # raise it with every change; buckets keep the highest they have seen
        description: Front Core API. Per company and plan, with short bursts per resource.

        identity:                       # how to read who is asking, from a plain HTTP request
          account: [header:X-Company-Id, ip]      # the first that is present
          plan:    { from: header:X-Plan, one-of: [starter, prime, enterprise], default: starter }
          client:  { from: header:X-Client, one-of: [direct, zapier, partner], default: direct }

        endpoints:                      # named families, first match wins; ANY method, ** for the rest of a path
          exports:          [POST /exports, POST /team/{team_id}/exports]
          channel_messages: { routes: [POST /channels/{channel_id}/messages], resource: channel_id }
        unlisted: route                 # or shared: all of them are one endpoint named `other`
        ids: [cha_, cnv_]               # prefixes of ids in unlisted paths, beside numbers, UUIDs, ULIDs and long hex

        limits:
          - name: company
            scope: account
            when: { client: [direct, zapier] }
            algorithm: fixed-window
            cases:                      # the first that matches; or permits and window right here
              - { when: { plan: enterprise }, permits: 200, window: 60s }
              - { when: { plan: prime }, permits: 100, window: 60s }
              - { permits: 50, window: 60s }
          - { name: partner, scope: account, when: { client: partner }, algorithm: fixed-window, permits: 120, window: 60s }
          - { name: tier-1, scope: burst, when: { endpoint: exports }, algorithm: rolling-window, permits: 1, window: 1s,
              headers: { X-Front-Tier: "1" } }
          - { name: tier-2, scope: burst, when: { endpoint: [channel_messages] }, algorithm: rolling-window, permits: 5, window: 1s,
              headers: { X-Front-Tier: "2" } }

        responses:
          report: [company, partner]    # the first that applied is what the headers speak of; default: the most binding
          always:                       # on every response
            X-RateLimit-Limit: "{limit}"
            X-RateLimit-Remaining: "{remaining}"
            X-RateLimit-Reset: "{reset-epoch-s}"
          allowed: {}                   # only when allowed
          denied:
            status: 429
            headers: { Retry-After: "{retry-after-s}" }
            content-type: application/json
            body: '{"message":"Too Many Requests"}'
          standard: none                # or draft-10: also RateLimit and RateLimit-Policy
        on-failure: allow               # or deny, or local: { share: 0.5 }
        """;

    public static PolicyDefinition Definition { get; } = new()
    {
        Name = "front",
        Generation = 1,
        Description = "Front Core API. Per company and plan, with short bursts per resource.",
        Account = [AccountSource.Header("X-Company-Id"), AccountSource.Ip],
        Attributes =
        [
            new("plan", "X-Plan", ["starter", "prime", "enterprise"], "starter"),
            new("client", "X-Client", ["direct", "zapier", "partner"], "direct"),
        ],
        Endpoints =
        [
            new("exports", [new("POST", "/exports"), new("POST", "/team/{team_id}/exports")], null),
            new("channel_messages", [new("POST", "/channels/{channel_id}/messages")], "channel_id"),
        ],
        Unlisted = Unlisted.Route,
        IdPrefixes = ["cha_", "cnv_"],
        Limits =
        [
            new()
            {
                Name = "company",
                Scope = Scope.Account,
                When = When("client", "direct", "zapier"),
                Cases =
                [
                    new(When("plan", "enterprise"), new(Algorithm.FixedWindow, 200, TimeSpan.FromMinutes(1))),
                    new(When("plan", "prime"), new(Algorithm.FixedWindow, 100, TimeSpan.FromMinutes(1))),
                    new(Condition.Always, new(Algorithm.FixedWindow, 50, TimeSpan.FromMinutes(1))),
                ],
            },
            new()
            {
                Name = "partner",
                Scope = Scope.Account,
                When = When("client", "partner"),
                Cases = [new(Condition.Always, new(Algorithm.FixedWindow, 120, TimeSpan.FromMinutes(1)))],
            },
            Tier("tier-1", "exports", 1, "1"),
            Tier("tier-2", "channel_messages", 5, "2"),
        ],
        Responses = new()
        {
            Report = ["company", "partner"],
            Always =
            [
                new("X-RateLimit-Limit", "{limit}"),
                new("X-RateLimit-Remaining", "{remaining}"),
                new("X-RateLimit-Reset", "{reset-epoch-s}"),
            ],
            Denied = [new("Retry-After", "{retry-after-s}")],
            DeniedStatus = 429,
            DeniedContentType = "application/json",
            DeniedBody = """{"message":"Too Many Requests"}""",
        },
        OnFailure = OnFailure.Allow,
    };

    private static Condition When(string key, params string[] values) => new([new(key, [.. values])]);

    private static LimitDefinition Tier(string name, string endpoint, int permits, string tier) => new()
    {
        Name = name,
        Scope = Scope.Burst,
        When = When("endpoint", endpoint),
        Cases = [new(Condition.Always, new(Algorithm.RollingWindow, permits, TimeSpan.FromSeconds(1)))],
        Headers = [new("X-Front-Tier", tier)],
    };
}
