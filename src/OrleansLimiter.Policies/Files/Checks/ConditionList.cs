namespace OrleansLimiter.Policies;

/// <summary>The conditions of a check; each is identified by its index.</summary>
internal sealed class ConditionList
{
    private readonly List<Condition> _conditions = [];

    public int Count => _conditions.Count;

    public Condition this[int index] => _conditions[index];

    /// <summary>Adds a condition and gives its place.</summary>
    public int Add(Condition condition)
    {
        _conditions.Add(condition);
        return _conditions.Count - 1;
    }

    /// <summary>Adds what decides whether a limit applies.</summary>
    public Applies Add(LimitDraft limit) =>
        new(Add(limit.When), limit.Unless is { } unless ? Add(unless) : -1);
}

/// <summary>When a limit applies: the place of its <c>when</c>, and of its <c>unless</c> or -1.</summary>
internal readonly record struct Applies(int When, int Unless)
{
    public bool In(Truth truth) => truth[When] && (Unless < 0 || !truth[Unless]);
}

/// <summary>Which conditions hold for one combination.</summary>
internal readonly ref struct Truth(ReadOnlySpan<ulong> bits)
{
    private readonly ReadOnlySpan<ulong> _bits = bits;

    public bool this[int condition] => (_bits[condition >> 6] >> condition & 1) != 0;
}

/// <summary>A predicate on one combination.</summary>
internal delegate bool Predicate(Truth truth);
