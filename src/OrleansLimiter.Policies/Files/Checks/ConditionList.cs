namespace OrleansLimiter.Policies;

/// <summary>The conditions of a check. Each is identified by its index.</summary>
internal sealed class ConditionList
{
    private readonly List<Condition> _conditions = [];

    public int Count => _conditions.Count;

    public Condition this[int index] => _conditions[index];

    /// <summary>Adds a condition and returns its index.</summary>
    public int Add(Condition condition)
    {
        _conditions.Add(condition);
        return _conditions.Count - 1;
    }

    /// <summary>Adds the conditions under which a limit applies.</summary>
    public Applies Add(LimitDraft limit) => new(Add(limit.When), limit.Unless is { } unless ? Add(unless) : -1);
}

/// <summary>The indexes of the <c>when</c> and the <c>unless</c> of a limit; -1 if it has no <c>unless</c>.</summary>
internal readonly record struct Applies(int When, int Unless)
{
    public bool In(Truth truth) => truth[When] && (Unless < 0 || !truth[Unless]);
}

/// <summary>The conditions that hold for one combination.</summary>
internal readonly ref struct Truth(ReadOnlySpan<ulong> bits)
{
    private readonly ReadOnlySpan<ulong> _bits = bits;

    public bool this[int condition] => (_bits[condition >> 6] >> condition & 1) != 0;

    /// <summary>Returns the position of the first of some conditions that holds; -1 if none does.</summary>
    public int First(int[] conditions)
    {
        for (int i = 0; i < conditions.Length; i++)
        {
            if (this[conditions[i]])
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Whether any of some limits applies.</summary>
    public bool AnyApplies(Applies[] limits)
    {
        foreach (var limit in limits)
        {
            if (limit.In(this))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A predicate on one combination.</summary>
internal delegate bool Predicate(Truth truth);

/// <summary>An action on one combination.</summary>
internal delegate void Visitor(Truth truth);
