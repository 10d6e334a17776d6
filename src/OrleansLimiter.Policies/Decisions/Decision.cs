namespace OrleansLimiter.Policies.Decisions;

/// <summary>One limit's part in a decision.</summary>
/// <param name="Limit">The limit of the policy.</param>
/// <param name="Reading">What its bucket said; for a refused request, as if it had never come.</param>
/// <param name="Known">
/// Whether its group, or the fallback store, could be asked; where not, the reading is empty and
/// <c>on-failure</c> decided.
/// </param>
public readonly record struct LimitOutcome(PolicyLimit Limit, Reading Reading, bool Known);

/// <summary>The answer for one request. A value: a decision on one limit allocates nothing.</summary>
public readonly struct Decision
{
    private readonly string?[]? _attributes;
    private readonly PolicyLimit? _only;
    private readonly LimitOutcome[]? _all;
    private readonly Reading _reading;
    private readonly bool _known;

    internal Decision(
        Policy policy, in LimitRequest request, bool allowed, DecisionNotes notes, PolicyLimit only, in Reading reading, bool known)
    {
        Policy = policy;
        Account = request.Account;
        Endpoint = request.Endpoint.Name;
        _attributes = request.Attributes;
        Allowed = allowed;
        Notes = notes;
        Count = 1;
        _only = only;
        _reading = reading;
        _known = known;
    }

    internal Decision(Policy policy, in LimitRequest request, bool allowed, DecisionNotes notes, LimitOutcome[] all)
    {
        Policy = policy;
        Account = request.Account;
        Endpoint = request.Endpoint.Name;
        _attributes = request.Attributes;
        Allowed = allowed;
        Notes = notes;
        Count = all.Length;
        _all = all;
    }

    /// <summary>The policy that decided.</summary>
    public Policy Policy { get; }

    /// <summary>Who is limited.</summary>
    public Account Account { get; }

    /// <summary>The endpoint's name.</summary>
    public string Endpoint { get; }

    /// <summary>The mode's value; empty where the policy has none.</summary>
    public string Mode => Policy.ModeOf(_attributes);

    /// <summary>Whether the request may pass.</summary>
    public bool Allowed { get; }

    /// <summary>What was noticed on the way.</summary>
    public DecisionNotes Notes { get; }

    /// <summary>How many limits applied; 0 where the policy declares the combination unlimited or an override does.</summary>
    public int Count { get; }

    /// <summary>The limits that applied, in the policy's order.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such limit.</exception>
    public LimitOutcome this[int index] =>
        _all is not null ? _all[index]
        : index == 0 && _only is not null ? new(_only, _reading, _known)
        : throw new IndexOutOfRangeException();
}

/// <summary>
/// What was noticed while deciding; counted, and (for failures) told in a header. The same as the
/// <see cref="GroupNotes"/> of the groups.
/// </summary>
[Flags]
public enum DecisionNotes : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Refused while reservations stood in the way that may yet be cancelled.</summary>
    Contended = 1,

    /// <summary>A group had seen a newer rule than ours.</summary>
    StaleGeneration = 2,

    /// <summary>A group knew another rule of the same generation.</summary>
    RuleConflict = 4,

    /// <summary>The bound on living groups is reached.</summary>
    TooManyGroups = 8,

    /// <summary>At least one group could not be asked: <c>on-failure</c> decided for it, or counted elsewhere.</summary>
    FailureDecided = 16,
}
