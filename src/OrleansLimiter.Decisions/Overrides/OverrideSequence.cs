using System.Collections;

namespace OrleansLimiter.Decisions;

/// <summary>
/// Overrides in the order of their versions. Immutable: a change shares all parts with the sequence before, except for one part of at most
/// <see cref="PartSize"/> overrides and the list of the parts.
/// </summary>
internal sealed class OverrideSequence : IEnumerable<Override>
{
    /// <summary>The maximum number of overrides in a part: 256.</summary>
    public const int PartSize = 256;

    private readonly Override[][] _parts;

    private OverrideSequence(Override[][] parts, int length) => (_parts, Length) = (parts, length);

    public static OverrideSequence Empty { get; } = new([], 0);

    /// <summary>The number of overrides.</summary>
    public int Length { get; }

    public bool IsEmpty => Length == 0;

    /// <summary>The newest override.</summary>
    public Override Last => _parts[^1][^1];

    /// <summary>Creates a sequence of overrides that are ordered by version.</summary>
    public static OverrideSequence Of(IEnumerable<Override> ordered)
    {
        Override[][] parts = [.. ordered.Chunk(PartSize)];
        return new(parts, parts.Sum(part => part.Length));
    }

    /// <summary>Adds an override with a higher version than all others.</summary>
    public OverrideSequence Add(Override entry) => new(
        _parts.Length > 0 && _parts[^1].Length < PartSize
            ? [.. _parts.AsSpan(0, _parts.Length - 1), [.. _parts[^1], entry]]
            : [.. _parts, [entry]],
        Length + 1);

    /// <summary>Removes the override with a version, if there is one.</summary>
    public OverrideSequence Remove(uint version)
    {
        int at = PartOf(version);
        Override[] rest = at < 0 ? [] : Array.FindAll(_parts[at], entry => entry.Version != version);
        if (at < 0 || rest.Length == _parts[at].Length)
        {
            return this;
        }

        // Small parts are joined, so that the list of parts stays short.
        int before = at > 0 && _parts[at - 1].Length + rest.Length <= PartSize / 2 ? at - 1 : at;
        Override[] joined = before < at ? [.. _parts[before], .. rest] : rest;
        return new(
            joined.Length == 0
                ? [.. _parts.AsSpan(0, at), .. _parts.AsSpan(at + 1)]
                : [.. _parts.AsSpan(0, before), joined, .. _parts.AsSpan(at + 1)],
            Length - 1);
    }

    /// <summary>The override with a version; null if there is none.</summary>
    public Override? Find(uint version) =>
        PartOf(version) is >= 0 and int at ? Array.Find(_parts[at], entry => entry.Version == version) : null;

    /// <summary>The overrides with a version above another one.</summary>
    public IEnumerable<Override> After(uint version)
    {
        for (int at = Math.Max(0, PartOf(version)); at < _parts.Length; at++)
        {
            foreach (var entry in _parts[at])
            {
                if (entry.Version > version)
                {
                    yield return entry;
                }
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerator<Override> GetEnumerator() => _parts.SelectMany(part => part).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // The last part that begins at or below the version; -1 if there is none.
    private int PartOf(uint version)
    {
        var (low, high) = (0, _parts.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _parts[middle][0].Version <= version ? (middle + 1, high) : (low, middle);
        }

        return low - 1;
    }
}
