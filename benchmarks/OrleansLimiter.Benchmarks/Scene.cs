using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Benchmarks;

/// <summary>A limiter with the policies of the repository, and requests whose identity and endpoint are known.</summary>
internal sealed class Scene : IOverrides
{
    public Scene()
    {
        var clock = new LimiterClock(TimeProvider.System);
        Store = new(clock);
        Limiter = new(Store, this, clock);
    }

    /// <summary>The policy files of the repository.</summary>
    public static IEnumerable<PolicyDefinition> Definitions =>
        PolicyReader.ReadFiles(Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "policies"), "*.yaml"))
            .Select(read => read.Policy ?? throw new InvalidDataException(string.Join(Environment.NewLine, read.Errors)));

    public InProcessBucketStore Store { get; }

    public Limiter Limiter { get; }

    public OverrideTables Current => OverrideTables.Empty;

    /// <summary>A policy of one limit, so that only the algorithm differs.</summary>
    public static Policy OneLimit(Algorithm algorithm, int permits, TimeSpan? window = null) => new(new()
    {
        Name = "one-limit",
        Generation = 1,
        Account = [AccountSource.Header("X-Account-Id")],
        Attributes = [new("mode", "X-Mode", ["live", "sandbox"], "live")],
        Endpoints = [new("charge_intents", [new(null, "/v1/charge_intents/**")], null)],
        Limits =
        [
            new()
            {
                Name = "endpoint",
                Scope = Scope.Endpoint,
                Cases = [new(Condition.Always, new(algorithm, permits, window ?? TimeSpan.FromMinutes(1)))],
            },
        ],
    });

    /// <summary>
    /// The policy file of Front with a billion permits in each limit, so that no request is refused.
    /// </summary>
    public static Policy Front(bool withEndpointLimit)
    {
        PolicyDefinition front = Definitions.Single(policy => policy.Name == "front");
        LimitDefinition endpoint = OneLimit(Algorithm.RollingWindow, Rule.MaxPermits).Definition.Limits[0];
        return new(front with
        {
            Name = withEndpointLimit ? "front-3" : "front-2",
            Limits =
            [
                .. front.Limits.Select(limit => limit with
                {
                    Cases = [.. limit.Cases.Select(each => each with { Rule = new(each.Rule.Algorithm, Rule.MaxPermits, each.Rule.Window) })],
                }),
                .. withEndpointLimit ? [endpoint] : Array.Empty<LimitDefinition>(),
            ],
        });
    }

    public static LimitRequest Request(Policy policy, string account, string method, string path, string?[]? attributes = null) =>
        policy.Endpoints.TryMatch(method, path, out EndpointMatch match, out string? error)
            ? new()
            {
                Account = new(AccountKind.Id, account),
                Method = method,
                Endpoint = match,
                Attributes = attributes,
                Cost = 1,
            }
            : throw new ArgumentException(error, nameof(path));

    public ValueTask<OverrideReply> SetAsync(Override change) => throw new NotSupportedException();

    public ValueTask<int> RemoveAsync(Account account, string policy, string limit) => throw new NotSupportedException();
}
