namespace OrleansLimiter.Policies;

/// <summary>
/// Visits every combination that some conditions distinguish. Values of an axis that satisfy the same conditions form one class and
/// are visited once, so values that no condition contains cost nothing.
/// </summary>
internal sealed class Exploration
{
    private const int MaxReported = 5;

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

    /// <summary>The number of combinations, at most 2^31-1.</summary>
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

    /// <summary>Calls an action for each combination.</summary>
    public void ForEach(Visitor visitor) => Any(truth =>
    {
        visitor(truth);
        return false;
    });

    /// <summary>
    /// Reports the combinations for which the predicate holds as errors: the first few, merged into as few as merging values of one
    /// axis allows.
    /// </summary>
    public void Report(Predicate predicate, Mark at, string what, string advice, PolicyErrorList errors)
    {
        // One more than are reported shows whether there are more, without counting thousands.
        string[] found = [.. (Gaps(predicate, 0)?.Boxes() ?? []).Select(Describe).Take(MaxReported + 1)];
        foreach (string requests in found.Take(MaxReported))
        {
            errors.Add(at, $"{what} {requests}; {advice}");
        }

        if (found.Length > MaxReported)
        {
            errors.Add(at, $"{what} further requests, which are not listed; {advice}");
        }
    }

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

        return branches.Count == 0
            ? null
            : Intern(depth, new([.. branches.Select(branch => (branch.Values.Order().ToImmutableArray(), branch.Next))]));
    }

    // Equal gaps are one object, so that values of the previous axis can be merged by comparing references.
    private Gap Intern(int depth, Gap gap)
    {
        string name = $"{depth}:{gap.Content}";
        if (!_gaps.TryGetValue(name, out var interned))
        {
            _gaps.Add(name, interned = gap with { Id = _gaps.Count + 1 });
        }

        return interned;
    }

    private void Narrow(int depth, ValueClass one)
    {
        var (from, to) = (_truths[depth], _truths[depth + 1]);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = from[i] & one.Holds[i];
        }
    }
}
