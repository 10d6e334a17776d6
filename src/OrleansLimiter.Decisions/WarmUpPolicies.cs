using System.Text;

namespace OrleansLimiter.Decisions;

/// <summary>
/// The internal policies of a host that warms up: one limit and two limits, each with and without <c>on-failure: local</c>. Their name is
/// empty, which no policy file can have, so their groups are not those of an account.
/// </summary>
internal static class WarmUpPolicies
{
    private const string One = """
        policy: warm-up
        generation: 1
        identity:
          account: [header:X-Account-Id]
        limits:
          - { name: account, scope: account, algorithm: fixed-window, permits: 1000000, window: 1s }

        """;

    private const string Two = One + """
          - { name: endpoint, scope: endpoint, algorithm: rolling-window, permits: 1000, window: 1s }

        """;

    private const string Local = "on-failure: { local: { share: 0.5 } }\n";

    /// <summary>Creates the policies.</summary>
    public static Policy[] Create() => [Create(One), Create(Two), Create(One + Local), Create(Two + Local)];

    /// <summary>A request of a policy.</summary>
    public static LimitRequest RequestOf(Policy policy, Account account) =>
        policy.Endpoints.TryMatch("GET", "/", out EndpointMatch endpoint, out string? error)
            ? new() { Account = account, Method = "GET", Endpoint = endpoint, Cost = 1 }
            : throw new InvalidOperationException(error);

    private static Policy Create(string yaml)
    {
        PolicyReadResult read = PolicyReader.Read("warm-up", Encoding.UTF8.GetBytes(yaml));
        return new((read.Policy ?? throw new InvalidOperationException(string.Join("; ", read.Errors))) with { Name = "" });
    }
}
