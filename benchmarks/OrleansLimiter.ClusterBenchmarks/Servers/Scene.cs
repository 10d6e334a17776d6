using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A front-end without HTTP: a limiter over a store, one policy, and requests of many accounts.</summary>
internal sealed class Scene : IOverrides
{
    private static readonly TimeSpan FillPause = TimeSpan.FromMilliseconds(20);

    private readonly Limiter _limiter;
    private readonly Policy _policy;

    public Scene(IBucketStore groups, string policyFile)
    {
        PolicyReadResult read = PolicyReader.ReadFiles([policyFile])[0];
        _policy = new(read.Policy ?? throw new InvalidDataException(string.Join(Environment.NewLine, read.Errors)));
        _limiter = new(groups, this, new(TimeProvider.System));
    }

    /// <summary>Creates a scene for the policy of each order.</summary>
    public static Func<Callers.Order, Asked> Over(IHost host)
    {
        IBucketStore groups = host.Services.GetRequiredService<IBucketStore>();
        return order =>
        {
            var scene = new Scene(groups, order.PolicyFile);
            LimitRequest[] requests = order.OneAccount ? scene.RequestsOfOneAccount(order.Keys) : scene.Requests(order.Keys);
            return new(i => scene.DecideAsync(requests[i % requests.Length]), i => scene.CountAsync(requests[i]));
        };
    }

    public OverrideTables Current => OverrideTables.Empty;

    /// <summary>Requests of many accounts.</summary>
    public LimitRequest[] Requests(int accounts)
    {
        EndpointMatch endpoint = Match("/v1/charge_intents/ci_9");
        return [.. Enumerable.Range(0, accounts).Select(account => Request(account, endpoint))];
    }

    /// <summary>Requests of one account for endpoints that the policy does not list.</summary>
    public LimitRequest[] RequestsOfOneAccount(int endpoints) =>
        [.. Enumerable.Range(0, endpoints).Select(number => Request(account: 0, Match($"/v1/{NameOf(number)}")))];

    /// <summary>Decides one request.</summary>
    public ValueTask<Verdict> DecideAsync(in LimitRequest request)
    {
        ValueTask<Decision> decision = _limiter.CheckAsync(_policy, request);
        return decision.IsCompletedSuccessfully ? new(VerdictOf(decision.Result)) : WaitAsync(decision);
    }

    /// <summary>
    /// Repeats a request until it is counted, because some of many concurrent first requests exceed their deadline. The group exists when
    /// a request was counted.
    /// </summary>
    public async ValueTask<Verdict> CountAsync(LimitRequest request)
    {
        while (true)
        {
            if (await DecideAsync(request).ConfigureAwait(false) is var verdict && verdict != Verdict.Uncounted)
            {
                return verdict;
            }

            await Task.Delay(FillPause).ConfigureAwait(false); // so that failed requests do not keep the silo busy
        }
    }

    public ValueTask<OverrideReply> SetAsync(Override change) => throw new NotSupportedException();

    public ValueTask<int> RemoveAsync(Account account, string policy, string limit) => throw new NotSupportedException();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // the allocations of the measuring code are not of interest
    private static async ValueTask<Verdict> WaitAsync(ValueTask<Decision> decision) => VerdictOf(await decision.ConfigureAwait(false));

    private static Verdict VerdictOf(Decision decision) =>
        decision.Notes != DecisionNotes.None ? Verdict.Uncounted
        : decision.Allowed ? Verdict.Allowed
        : Verdict.Refused;

    private static LimitRequest Request(int account, EndpointMatch endpoint) => new()
    {
        Account = new(AccountKind.Id, $"merchant_{account:d6}"),
        Method = "POST",
        Endpoint = endpoint,
        Cost = 1,
    };

    // Without digits and without a to f, because numbers and hexadecimal digits in a path would be ids.
    private static string NameOf(int number) => string.Concat($"{number:d6}".Select(digit => (char)(digit - '0' + 'g')));

    private EndpointMatch Match(string path) => _policy.Endpoints.TryMatch("POST", path, out EndpointMatch match, out string? error)
        ? match
        : throw new ArgumentException(error, nameof(path));
}

/// <summary>The outcome of a request.</summary>
internal enum Verdict
{
    Allowed,
    Refused,

    /// <summary>The groups did not reply in time, so <c>on-failure</c> decided.</summary>
    Uncounted,
}
