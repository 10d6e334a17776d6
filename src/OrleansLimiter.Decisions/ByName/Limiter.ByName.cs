namespace OrleansLimiter.Decisions;

/// <content>Checks by the name of a policy, for services that ask the limiter without a request.</content>
public sealed partial class Limiter
{
    private readonly PolicyCatalog? _policies;

    /// <summary>Creates a limiter that also decides by the names of policies.</summary>
    /// <param name="policies">The policies in force.</param>
    /// <param name="store">The store that holds the bucket groups.</param>
    /// <param name="overrides">The overrides in force.</param>
    /// <param name="clock">The limiter's clock; the timer of a deadline runs on it as well.</param>
    /// <param name="options">The deadline and the fallback for an unavailable store; null for the defaults.</param>
    public Limiter(
        PolicyCatalog policies, IBucketStore store, IOverrides overrides, LimiterClock clock, LimiterOptions? options = null)
        : this(store, overrides, clock, options) => _policies = policies;

    /// <summary>The counters of the decisions by name; null if they are not counted.</summary>
    internal DecisionCounters? Counters { get; init; }

    /// <summary>
    /// Decides one check by a policy in force, for example
    /// <c>await limiter.CheckAsync("imports", new("m_1") { Cost = 20 })</c>, and counts the decision on the meter of the app. An outage
    /// does not throw: the policy's <c>on-failure</c> decides. The result must be awaited exactly once; its continuation may block.
    /// </summary>
    /// <param name="policy">The name of the policy.</param>
    /// <param name="check">Who does what.</param>
    /// <returns>The decision; <see cref="Decision.Allowed"/> tells whether the caller may go on.</returns>
    /// <exception cref="ArgumentException">
    /// There is no such policy, or a value of the check is invalid. Nothing is counted. A service that takes the account from its callers
    /// validates it before, with <see cref="AccountNames.Validate"/>.
    /// </exception>
    /// <exception cref="InvalidOperationException">The limiter was created without policies.</exception>
    public ValueTask<Decision> CheckAsync(string policy, LimiterCheck check)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(check);
        Policy found = Find(policy);
        ValueTask<Decision> pending = CheckAsync(found, check.RequestOf(found));
        if (!pending.IsCompletedSuccessfully)
        {
            return CheckLaterAsync(pending, check.Peek);
        }

        Decision decision = pending.Result;
        Counters?.For(found).Count(decision, check.Peek);
        return new(decision);
    }

    /// <summary>Finds a policy in force.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    internal Policy Find(string policy)
    {
        PolicySnapshot current = (_policies ?? throw new InvalidOperationException(
            "This limiter was created without policies, so it cannot find one by its name; give it a PolicyCatalog")).Current;
        return current.Policies.TryGetValue(policy, out PolicyEntry? entry) ? entry.Policy : throw new ArgumentException(
            $"There is no policy '{policy}'; the policies are {string.Join(", ", current.Policies.Keys.Order(StringComparer.Ordinal))}",
            nameof(policy));
    }

    // The reply of a store arrives on a thread that delivers the replies behind it.
    private async ValueTask<Decision> CheckLaterAsync(ValueTask<Decision> pending, bool peek)
    {
        Decision decision = await pending.ConfigureAwait(false);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Counters?.For(decision.Policy).Count(decision, peek);
        return decision;
    }
}
