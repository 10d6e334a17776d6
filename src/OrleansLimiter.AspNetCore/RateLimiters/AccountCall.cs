namespace OrleansLimiter.AspNetCore;

/// <summary>The call of a limiter of one account, under the policies in force.</summary>
internal sealed partial class AccountCall(
    PolicyCatalog catalog, DecisionCounters counters, AccountRateLimiterOptions options, Func<EnforcedPolicy[], string?> check,
    ILogger log)
{
    // The name of an account can be an IPv6 network, and any address of it has this account.
    private const string NetworkLength = "/64";

    private Resolved? _resolved;

    /// <summary>The call; null if a change of the policies has removed the limits, or has made the call invalid.</summary>
    public LimitCall? Current
    {
        get
        {
            PolicySnapshot snapshot = catalog.Current;
            Resolved? resolved = Volatile.Read(ref _resolved);
            if (ReferenceEquals(resolved?.Snapshot, snapshot))
            {
                return resolved.Call;
            }

            if (!TryResolve(snapshot, out LimitCall call, out string? error))
            {
                LogMissing(error!);
            }

            Volatile.Write(ref _resolved, new(snapshot, error is null ? call : null));
            return error is null ? call : null;
        }
    }

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">A value is invalid; says what would be right.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Cost, 1, nameof(options.Cost));
        if (!TryResolve(catalog.Current, out _, out string? error))
        {
            throw new ArgumentException(error, nameof(options));
        }
    }

    private bool TryResolve(PolicySnapshot snapshot, out LimitCall call, out string? error)
    {
        call = default;
        error = EndpointPlans.Error(options.Limits, snapshot);
        if (error is not null)
        {
            return false;
        }

        Policy whole = snapshot.Policies[LimitSelection.PolicyIn(options.Limits)].Policy;
        EnforcedPolicy enforced = LimitSelection.Of(whole, [new(options.Limits)], isGlobal: false, template: null, counters).Single();
        error = check([enforced]);
        if (error is not null)
        {
            return false;
        }

        Policy policy = enforced.Policy;
        string name = options.Account.Name;
        string? address = options.Account.Kind != AccountKind.Ip ? null
            : name.EndsWith(NetworkLength, StringComparison.Ordinal) ? name[..^NetworkLength.Length] : name;
        if (!policy.Identity.TryRead(
                address is null ? name : null, address, mode: null, options.Attributes, out RequestIdentity identity, out error, out _)
            || !MethodNames.TryNormalize(options.Method, out string? method, out error)
            || !policy.Endpoints.TryMatch(method, options.Path, out EndpointMatch endpoint, out error))
        {
            error = $"the limits '{options.Limits}' cannot be asked: {error}";
            return false;
        }

        call = new(policy, new()
        {
            Account = identity.Account,
            Method = method,
            Endpoint = endpoint,
            Attributes = identity.Attributes,
            Cost = options.Cost,
        });
        return true;
    }

    [LoggerMessage(1, LogLevel.Error, "A limit is not enforced: {Error}")]
    private partial void LogMissing(string error);

    private sealed record Resolved(PolicySnapshot Snapshot, LimitCall? Call);
}
