using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Testing.Several;

/// <summary>
/// Decides several requests together as the documentation says, slowly: it adds up what each bucket is asked for. It has fixed windows
/// only, in which no time passes. Groups with limits of one account or one endpoint are enough to make requests meet in any combination.
/// </summary>
public sealed class SeveralModel
{
    private readonly Dictionary<string, int> _used = [];

    /// <summary>
    /// Three policies. One has two limits of an account, of which POST requests only have one, a limit of an endpoint with a free key, and
    /// one of a resource. One has a limit of an account, and one has a limit of an account and of an endpoint.
    /// </summary>
    public static Policy[] Policies { get; } =
    [
        PolicyOf(
            "p", Limit("company", Scope.Account, 12), Limit("writes", Scope.Account, 7) with { When = new([new("method", ["POST"])]) },
            Limit("paths", Scope.Endpoint, 6) with { Key = ["team"] }, Limit("burst", Scope.Burst, 4)),
        PolicyOf("q", Limit("only", Scope.Account, 9)),
        PolicyOf("fixed", Limit("company", Scope.Account, 12), Limit("paths", Scope.Endpoint, 6)),
    ];

    /// <summary>Decides requests of <see cref="Policies"/>.</summary>
    /// <returns>
    /// For each request, whether it is allowed, and what remains in the bucket of each limit and whether the bucket admits it.
    /// </returns>
    public (bool Allowed, (int Remaining, bool Allowed)[] Limits)[] Check(LimitCall[] calls)
    {
        (string Bucket, int Permits)[][] limits = [.. calls.Select(LimitsOf)];
        var asked = calls
            .SelectMany((call, i) => limits[i].Select(limit => (call, limit.Bucket, limit.Permits)))
            .ToLookup(each => each.Bucket);
        bool allowed = asked.All(bucket => Fits(bucket.Key, bucket.First().Permits, [.. bucket.Select(each => each.call)]));
        var before = new Dictionary<string, int>(_used);
        foreach (IGrouping<string, (LimitCall Call, string, int)> bucket in asked)
        {
            _used[bucket.Key] = Used(bucket.Key) + (allowed ? bucket.Sum(each => each.Call.Request.Peek ? 0 : each.Call.Request.Cost) : 0);
        }

        return
        [
            .. calls.Select((call, i) =>
            {
                (int, bool Admitted)[] own =
                [
                    .. limits[i].Select(limit => (
                        limit.Permits - Used(limit.Bucket),
                        allowed || Admits(
                            call,
                            limit.Permits - before.GetValueOrDefault(limit.Bucket),
                            [.. asked[limit.Bucket].Select(each => each.call)]))),
                ];
                return (own.All(each => each.Admitted), own);
            }),
        ];
    }

    /// <summary>Asserts that decisions are as expected.</summary>
    public static void AssertEqual((bool Allowed, (int Remaining, bool Allowed)[] Limits)[] expected, Decision[] decisions)
    {
        Assert.Equal(expected.Length, decisions.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(
                expected[i].Limits,
                Enumerable.Range(0, decisions[i].Count).Select(limit => decisions[i][limit].Reading)
                    .Select(reading => (reading.Remaining, reading.Allowed)));
            Assert.Equal(expected[i].Allowed, decisions[i].Allowed);
        }
    }

    private bool Fits(string bucket, int permits, LimitCall[] calls)
    {
        int remaining = permits - Used(bucket);
        return SumOf(calls) <= remaining && calls.All(call => call.Request.Cost <= remaining);
    }

    // Without the sum, each request refuses itself. With it, those that acquire refuse each other.
    private static bool Admits(LimitCall call, int remaining, LimitCall[] all) =>
        call.Request.Cost <= remaining
        && (call.Request.Peek || SumOf(all) <= remaining || all.Any(other => other.Request.Cost > remaining));

    private static long SumOf(LimitCall[] calls) => calls.Where(call => !call.Request.Peek).Sum(call => (long)call.Request.Cost);

    private static (string Bucket, int Permits)[] LimitsOf(LimitCall call)
    {
        (Policy policy, LimitRequest request) = call;
        string account = $"{policy.Name} {request.Account.Name}";
        string path = $"{account} {request.Endpoint.Name}";
        return
        [
            .. policy.Limits
                .Where(limit => limit.Name != "writes" || request.Method == "POST")
                .Select(limit => (limit.Definition.Scope switch
                {
                    Scope.Account => $"{account} {limit.Name}",
                    Scope.Endpoint when limit.Definition.Key.Length > 0 => $"{path} {request.Attributes![0]}",
                    Scope.Endpoint => path,
                    _ => $"{path} / {request.Endpoint.Resource}",
                }, limit.Definition.Cases[0].Rule.Permits)),
        ];
    }

    private int Used(string bucket) => _used.GetValueOrDefault(bucket);

    private static Policy PolicyOf(string name, params LimitDefinition[] limits) => new(new PolicyDefinition
    {
        Name = name,
        Generation = 1,
        Account = [AccountSource.Ip],
        Attributes = [new("team", "X-Team", [], "none")],
        Endpoints = [new("e", [new("POST", "/e/{id}")], "id"), new("f", [new("POST", "/f/{id}")], "id")],
        Limits = [.. limits],
        OnFailure = new(OnFailureKind.Deny),
    });

    private static LimitDefinition Limit(string name, Scope scope, int permits) => new()
    {
        Name = name,
        Scope = scope,
        Cases = [new(Condition.Always, new Rule(Algorithm.FixedWindow, permits, TimeSpan.FromHours(1)))],
    };
}
