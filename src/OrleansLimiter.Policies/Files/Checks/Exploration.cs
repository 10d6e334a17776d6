using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>
/// Walks over every combination that some conditions can tell apart. Values of an axis that satisfy the same
/// conditions form one class and are looked at once, so what no condition mentions costs nothing.
/// </summary>
internal sealed class Exploration
{
    private readonly ImmutableArray<Axis> _axes;
    private readonly ImmutableArray<ValueClass>[] _classes;
    private readonly ulong[][] _truths;
    private readonly Dictionary<string, Gap> _gaps = [];

    public Exploration(ImmutableArray<Axis> axes, ConditionList conditions)
    {
        _axes = axes;
        _classes = [.. axes.Select(axis => ValueClass.Of(axis, conditions))];
        _truths = [.. Enumerable.Range(0, axes.Length + 1).Select(_ => new ulong[(conditions.Count + 63) / 64])];
        _truths[0].AsSpan().Fill(ulong.MaxValue);
        double combinations = _classes.Aggregate(1.0, (product, classes) => product * classes.Length);
        Combinations = combinations > int.MaxValue ? int.MaxValue : (long)combinations;
    }

    /// <summary>How many combinations there are; never above 2^31-1.</summary>
    public long Combinations { get; }

    /// <summary>Whether the predicate holds for any combination. Stops at the first one.</summary>
    public bool Any(Predicate predicate, int depth = 0)
    {
        if (depth == _classes.Length)
        {
            return predicate(new(_truths[depth]));
        }

        foreach (var one in _classes[depth])
        {
            Narrow(depth, one);
            if (Any(predicate, depth + 1))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The combinations for which the predicate holds, in words, as few as merging values of one
    /// axis makes them.
    /// </summary>
    public IEnumerable<string> Find(Predicate predicate) =>
        Gaps(predicate, 0)?.Boxes().Select(Describe) ?? [];

    private string Describe(ImmutableArray<ImmutableArray<int>> box)
    {
        string[] parts =
        [
            .. box.Select((values, i) => values.Length == _axes[i].Count ? "" : _axes[i].Describe(values))
                .Where(part => part.Length > 0),
        ];
        return parts.Length == 0 ? "any request" : $"requests with {string.Join(", ", parts)}";
    }

    private Gap? Gaps(Predicate predicate, int depth)
    {
        if (depth == _classes.Length)
        {
            return predicate(new(_truths[depth])) ? Gap.End : null;
        }

        var branches = new List<(Gap Next, List<int> Values)>();
        foreach (var one in _classes[depth])
        {
            Narrow(depth, one);
            if (Gaps(predicate, depth + 1) is not { } next)
            {
                continue;
            }

            int same = branches.FindIndex(branch => ReferenceEquals(branch.Next, next));
            if (same >= 0)
            {
                branches[same].Values.AddRange(one.Values);
            }
            else
            {
                branches.Add((next, [.. one.Values]));
            }
        }

        return branches.Count == 0 ? null : Intern(depth, new([.. branches.Select(branch => (Sorted(branch.Values), branch.Next))]));
    }

    // What follows equally is one object, so that values of the axis before can be merged by comparing references.
    private Gap Intern(int depth, Gap gap)
    {
        string name = $"{depth}:{gap.Content}";
        if (!_gaps.TryGetValue(name, out var interned))
        {
            _gaps.Add(name, interned = gap with { Id = _gaps.Count + 1 });
        }

        return interned;
    }

    private static ImmutableArray<int> Sorted(List<int> values) => [.. values.Order()];

    private void Narrow(int depth, ValueClass one)
    {
        var (from, to) = (_truths[depth], _truths[depth + 1]);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = from[i] & one.Holds[i];
        }
    }
}
