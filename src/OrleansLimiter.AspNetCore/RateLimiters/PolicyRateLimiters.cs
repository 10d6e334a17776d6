using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace OrleansLimiter.AspNetCore;

/// <summary>
/// The limits of the app's policies as limiters of the base class library: for the built-in middleware, for Polly, and for other code that
/// takes a <see cref="RateLimiter"/>. A service that <see cref="OrleansLimiterServices.AddOrleansLimiter"/> registers.
/// </summary>
/// <remarks>
/// <para><c>AcquireAsync</c> asks the store and waits for its reply, up to the deadline of the decision, but never for permits. The token
/// ends the wait only: permits of an acquisition that was sent stay acquired.</para>
/// <para><c>AttemptAcquire</c> never waits. If the counts are in this process, it decides. If they are in a cluster and the fast path of
/// the store cannot decide, or with a remote limiter, it asks nothing and returns a lease that is not acquired; call <c>AcquireAsync</c>
/// then, as the built-in middleware does.</para>
/// <para>With 0 permits, nothing is acquired: the lease tells whether a permit can be acquired. More permits than a limit has are refused
/// without <see cref="MetadataName.RetryAfter"/>, because policies and overrides change at run time. The limiters of the base class library
/// throw in this case.</para>
/// <para>An outage is no exception: <c>on-failure</c> of the policy decides. Disposing a lease gives no permits back.</para>
/// </remarks>
public sealed class PolicyRateLimiters : IDisposable
{
    private readonly DecisionSource _source;
    private readonly PolicyCatalog _catalog;
    private readonly DecisionCounters _counters;
    private readonly LimiterClock _clock;
    private readonly Refusals _refusals;
    private readonly ILogger _log;

    private PolicyRateLimiters(IServiceProvider services)
    {
        _source = services.GetRequiredService<DecisionSource>();
        _catalog = services.GetRequiredService<PolicyCatalog>();
        _counters = services.GetRequiredService<DecisionCounters>();
        _clock = services.GetRequiredService<LimiterClock>();
        _refusals = services.GetRequiredService<Refusals>();
        _log = services.GetRequiredService<ILogger<PolicyRateLimiters>>();
        bool givesBack = services.GetRequiredService<IOptions<OrleansLimiterOptions>>().Value.GiveBackRefused;
        if (givesBack && _source.Remote is not null)
        {
            throw new InvalidOperationException(
                "GiveBackRefused cannot be used with a remote limiter (UseRemote), which gives no permits back; leave it out");
        }

        Requests = new RequestRateLimiter(
            services.GetRequiredService<EndpointPlans>(), services.GetRequiredService<RequestReader>(), _refusals,
            new(_source, _counters, givesBack));
    }

    /// <summary>
    /// The limits of requests, with the same account, endpoint and cost as under the middleware of this library. A request of several
    /// limits takes permits of all or of none. Its response gets the headers of the policies, and its context the <see
    /// cref="IRateLimitFeature"/>. A request whose account or target is invalid is refused, and <see cref="MetadataName.ReasonPhrase"/>
    /// tells why.
    /// </summary>
    /// <remarks>
    /// A request counts once, also if the limiter is asked again after its lease was disposed: the built-in middleware does so if another
    /// limiter refuses. The counters of the statistics are those of all requests. The services dispose the limiter.
    /// </remarks>
    public PartitionedRateLimiter<HttpContext> Requests { get; }

    /// <summary>
    /// Creates a limiter for one account. The limiter has no counts: limiters with the same options, and requests of the account, count
    /// together. A change of the policy applies to it. If the limits vanish, an error is logged, and every lease is acquired.
    /// </summary>
    /// <remarks>
    /// The statistics contain the permits that remain now. If only a reply over the network could tell, they are those of the latest
    /// decision, or there are no statistics before it. The idle duration is the time since the latest use; the limiter can be disposed at
    /// any time.
    /// </remarks>
    /// <param name="options">What it counts.</param>
    /// <returns>The limiter, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The limits do not exist, or a value is not valid for their policy.</exception>
    public RateLimiter ForAccount(AccountRateLimiterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var call = new AccountCall(_catalog, _counters, options, Error, _log);
        call.Validate();
        return ForCall(() => call.Current);
    }

    /// <summary>
    /// Answers a request that the built-in middleware refuses: if a limiter of this object refused it, with the status, the headers and the
    /// body of the policy; an invalid request with 400. If another limiter refused it, gives the permits back that <see cref="Requests"/>
    /// has acquired for it (<see cref="OrleansLimiterOptions.GiveBackRefused"/>), and does not change the response. For <see
    /// cref="RateLimiterOptions.OnRejected"/>.
    /// </summary>
    /// <param name="context">The refused request and its lease.</param>
    /// <param name="cancellationToken">Is not used.</param>
    public ValueTask RejectAsync(OnRejectedContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Rejections(_refusals, body: null).RejectAsync(context, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => Requests.Dispose();

    internal static PolicyRateLimiters Create(IServiceProvider services) => new(services);

    internal RateLimiter ForCall(Func<LimitCall?> call) =>
        new AccountRateLimiter(call, new(_source, _counters, isCancelable: false), _clock.Time);

    /// <summary>Why the limits of an account or of a named policy cannot be asked; null if they can.</summary>
    internal string? Error(EnforcedPolicy[] enforced) =>
        _source.Remote is null || enforced is [{ IsWhole: true }] ? null : RemoteCapabilities.Explain(enforced);
}
