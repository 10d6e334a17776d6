using System.Collections.Immutable;

namespace OrleansLimiter.Policies.Overrides;

/// <summary>
/// The overrides of one account under one policy. Immutable; the same object as long as none of them changes, so it
/// serves as a key for what is worked out from it.
/// </summary>
public sealed class AccountOverrides
{
    private readonly bool _anyLapses;

    internal AccountOverrides(IEnumerable<Override> all)
    {
        All = [.. all.OrderBy(entry => entry.Limit, StringComparer.Ordinal).ThenBy(entry => entry.When is null).ThenBy(entry => entry.Version)];
        Newest = All.Max(entry => entry.Version);
        _anyLapses = All.Any(entry => entry.Until is not null);
    }

    /// <summary>
    /// At least one. Those of a limit stand together, those with a condition before the one without: the first that
    /// has not lapsed and whose condition holds is in force.
    /// </summary>
    public ImmutableArray<Override> All { get; }

    /// <summary>The next moment after <paramref name="utcNow"/> at which one lapses; <see cref="DateTimeOffset.MaxValue"/> where none will.</summary>
    public DateTimeOffset NextLapse(DateTimeOffset utcNow)
    {
        var next = DateTimeOffset.MaxValue;
        if (_anyLapses)
        {
            foreach (var entry in All)
            {
                next = entry.Until is { } until && until > utcNow && until < next ? until : next;
            }
        }

        return next;
    }

    /// <summary>The version of the newest of them.</summary>
    internal uint Newest { get; }

    /// <summary>How many of them have lapsed.</summary>
    internal uint Lapsed(DateTimeOffset utcNow)
    {
        uint count = 0;
        if (_anyLapses)
        {
            foreach (var entry in All)
            {
                count += entry.HasLapsed(utcNow) ? 1u : 0;
            }
        }

        return count;
    }
}
