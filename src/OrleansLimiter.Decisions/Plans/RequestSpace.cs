namespace OrleansLimiter.Decisions;

/// <summary>
/// The finite space of all combinations of request properties on which the limits of a policy can depend. Each dimension has the values
/// that the policy distinguishes, and a number identifies a combination. The limits that apply are computed once for each combination
/// and not for each request.
/// </summary>
internal sealed class RequestSpace
{
    private readonly ImmutableArray<Dimension> _dimensions;

    public RequestSpace(PolicyDefinition policy)
    {
        IEnumerable<string> keys = Terms(policy).Select(term => term.Key).Concat(policy.Limits.SelectMany(limit => limit.Key)).Distinct();
        _dimensions = [.. keys.Select(key => Dimension.Of(policy, key))];
        Size = _dimensions.Aggregate(1L, (size, dimension) => checked(size * dimension.Values.Length));
    }

    /// <summary>The number of combinations.</summary>
    public long Size { get; }

    /// <summary>The combination that a request belongs to, 0 to <see cref="Size"/> - 1.</summary>
    public long IndexOf(in LimitRequest request)
    {
        long index = 0;
        foreach (Dimension dimension in _dimensions)
        {
            index = index * dimension.Values.Length + dimension.IndexIn(request);
        }

        return index;
    }

    /// <summary>The values of a combination by name. Null represents a value that the policy does not mention.</summary>
    public Dictionary<string, string?> ValuesOf(long index)
    {
        var values = new Dictionary<string, string?>();
        foreach (Dimension dimension in _dimensions.Reverse())
        {
            values[dimension.Key] = dimension.Values[(int)(index % dimension.Values.Length)];
            index /= dimension.Values.Length;
        }

        return values;
    }

    /// <summary>The terms of all conditions of a policy.</summary>
    public static IEnumerable<ConditionTerm> Terms(PolicyDefinition policy) => policy.Unlimited
        .Concat(policy.Limits.SelectMany(limit => limit.Cases.Select(each => each.When)
            .Append(limit.When).Append(limit.Unless ?? Condition.Always)))
        .SelectMany(condition => condition.Terms);
}
