using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using OrleansLimiter.Cluster;
using OrleansLimiter.Policies.Decisions;
using OrleansLimiter.Policies.Files;
using OrleansLimiter.Policies.Overrides;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A front-end without HTTP: the Limiter over a cluster, one policy of one limit, and requests of many accounts.</summary>
internal sealed class Scene : IOverrides
{
    private readonly Limiter _limiter;
    private readonly Policy _policy = new(new()
    {
        Name = "one-limit",
        Generation = 1,
        Account = [new AccountSource("X-Account-Id")],
        Attributes = [new("mode", "X-Mode", ["live", "sandbox"], "live")],
        Endpoints = [new("charge_intents", [new(null, "/v1/charge_intents/**")], null)],
        Limits =
        [
            new()
            {
                Name = "endpoint",
                Scope = Scope.Endpoint,
                Cases = [new(Condition.Always, new(Algorithm.FixedWindow, Rule.MaxPermits, TimeSpan.FromMinutes(1)))],
            },
        ],
    });

    public Scene(IGrainFactory grains)
    {
        var clock = new LimiterClock(TimeProvider.System);
        _limiter = new(new ClusterGroups(grains, clock, NullLogger<ClusterGroups>.Instance), this, clock);
    }

    public OverrideTables Current => OverrideTables.Empty;

    public LimitRequest[] Requests(int accounts)
    {
        _policy.Endpoints.TryMatch("POST", "/v1/charge_intents/ci_9", out var endpoint, out _);
        return
        [
            .. Enumerable.Range(0, accounts).Select(account => new LimitRequest
            {
                Account = new(AccountKind.Id, $"merchant_{account:d6}"),
                Method = "POST",
                Endpoint = endpoint,
                Cost = 1,
            }),
        ];
    }

    /// <summary>Decides one request; whether the cluster counted it, or <c>on-failure</c> decided.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // it is a front-end's own business what it allocates
    public async ValueTask<bool> DecideAsync(LimitRequest request)
    {
        Decision decision = await _limiter.CheckAsync(_policy, request).ConfigureAwait(false);
        return decision.Notes == DecisionNotes.None;
    }

    public ValueTask<OverrideReply> SetAsync(Override change) => throw new NotSupportedException();

    public ValueTask<int> RemoveAsync(Account account, string policy, string limit) => throw new NotSupportedException();
}
