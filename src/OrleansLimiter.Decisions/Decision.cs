using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>The outcome of one limit in a decision.</summary>
/// <param name="Limit">The limit of the policy.</param>
/// <param name="Reading">The reading of its bucket. For a refused request: as if the request had not been made.</param>
/// <param name="IsAvailable">
/// Whether its group, or the fallback store, replied. If not, the reading is empty, and <c>on-failure</c> decided.
/// </param>
public readonly record struct LimitOutcome(PolicyLimit Limit, Reading Reading, bool IsAvailable);

/// <summary>The decision for one request. A value type: a decision on one limit does not allocate.</summary>
public readonly struct Decision
{
    private readonly string?[]? _attributes;
    private readonly PolicyLimit? _only;
    private readonly LimitOutcome[]? _all;
    private readonly Reading _reading;
    private readonly bool _isAvailable;

    internal Decision(
        Policy policy, in LimitRequest request, bool allowed, DecisionNotes notes, PolicyLimit only, in Reading reading, bool isAvailable)
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
        _isAvailable = isAvailable;
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

    /// <summary>The account that is limited.</summary>
    public Account Account { get; }

    /// <summary>The endpoint's name.</summary>
    public string Endpoint { get; }

    /// <summary>The value of the mode; empty if the policy has no modes.</summary>
    public string Mode => Policy.ModeOf(_attributes);

    /// <summary>Whether the request is allowed.</summary>
    public bool Allowed { get; }

    /// <summary>Conditions that occurred while deciding.</summary>
    public DecisionNotes Notes { get; }

    /// <summary>The number of limits that applied; 0 if the policy or an override makes the request unlimited.</summary>
    public int Count { get; }

    /// <summary>The limits that applied, in the policy's order.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such limit.</exception>
    public LimitOutcome this[int index] =>
        _all is not null ? _all[index]
        : index == 0 && _only is not null ? new(_only, _reading, _isAvailable)
        : throw new IndexOutOfRangeException();
}

/// <summary>
/// Conditions that occurred while deciding. They are counted, and failures are shown in a header. The values correspond to
/// <see cref="GroupNotes"/>.
/// </summary>
[Flags]
public enum DecisionNotes : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Refused only because of reservations of other requests, which may be canceled.</summary>
    Contended = 1,

    /// <summary>A group had a newer rule than this front-end.</summary>
    StaleGeneration = 2,

    /// <summary>A group had another rule of the same generation.</summary>
    RuleConflict = 4,

    /// <summary>The bound on living groups is reached.</summary>
    TooManyGroups = 8,

    /// <summary>At least one group did not reply: <c>on-failure</c> decided for it, or the fallback store replied.</summary>
    FailureDecided = 16,
}
