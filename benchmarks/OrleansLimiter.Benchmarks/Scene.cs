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
    /// <param name="withEndpointLimit">Adds a third limit, which counts for an account, endpoint and mode.</param>
    /// <param name="burst">The rule of the burst limits; null for the rule of the file with a billion permits.</param>
    public static Policy Front(bool withEndpointLimit, Rule? burst = null)
    {
        PolicyDefinition front = Definitions.Single(policy => policy.Name == "front");
        LimitDefinition endpoint = OneLimit(Algorithm.RollingWindow, Rule.MaxPermits).Definition.Limits[0];
        return new(front with
        {
            Name = withEndpointLimit ? "front-3" : burst is null ? "front-2" : "front-2-refused",
            Limits =
            [
                .. front.Limits.Select(limit => limit with
                {
                    Cases = [.. limit.Cases.Select(each => each with { Rule = RuleOf(limit.Scope, each.Rule) })],
                }),
                .. withEndpointLimit ? [endpoint] : Array.Empty<LimitDefinition>(),
            ],
        });

        Rule RuleOf(Scope scope, Rule rule) =>
            scope == Scope.Burst && burst is { } other ? other : new(rule.Algorithm, Rule.MaxPermits, rule.Window);
    }

    /// <summary>A policy of two limits in the group of the account.</summary>
    public static Policy TwoAccountLimits() => new(OneLimit(Algorithm.FixedWindow, Rule.MaxPermits).Definition with
    {
        Name = "two-account-limits",
        Limits = [AccountLimit("minute", TimeSpan.FromMinutes(1)), AccountLimit("hour", TimeSpan.FromHours(1))],
    });

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

    private static LimitDefinition AccountLimit(string name, TimeSpan window) => new()
    {
        Name = name,
        Scope = Scope.Account,
        Cases = [new(Condition.Always, new(Algorithm.FixedWindow, Rule.MaxPermits, window))],
    };
}
