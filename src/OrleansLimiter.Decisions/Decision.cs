using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>The outcome of one limit in a decision.</summary>
/// <param name="Limit">The limit of the policy.</param>
/// <param name="Reading">The reading of its bucket. For a refused request: as if the request had not been made.</param>
/// <param name="IsAvailable">
/// Whether its group, or the fallback store, replied. If not, the reading is empty, and <c>on-failure</c> decided.
/// </param>
public readonly record struct LimitOutcome(PolicyLimit Limit, Reading Reading, bool IsAvailable);

/// <summary>The decision for one request. A value type: a decision on one or two limits does not allocate.</summary>
public struct Decision
{
    private readonly string?[]? _attributes;
    private readonly Plan? _plan;
    private readonly Array? _array; // LimitOutcome[], or Reading[] if there are more readings than fit in place
    private DecisionReadings _readings;

    /// <summary>A decision whose groups have all replied without notes. The readings are written afterwards.</summary>
    internal Decision(Policy policy, in LimitRequest request, Plan plan)
        : this(policy, request, plan.Limits.Length)
    {
        _plan = plan;
        _array = Count > DecisionReadings.Length ? new Reading[Count] : null;
    }

    internal Decision(Policy policy, in LimitRequest request, Plan plan, bool allowed, DecisionNotes notes, LimitOutcome[] all)
        : this(policy, request, all.Length) => (_plan, Allowed, Notes, _array) = (plan, allowed, notes, all);

    private Decision(Policy policy, in LimitRequest request, int count)
    {
        Policy = policy;
        Account = request.Account;
        Endpoint = request.Endpoint.Name;
        _attributes = request.Attributes;
        Count = count;
    }

    /// <summary>The policy that decided.</summary>
    public readonly Policy Policy { get; }

    /// <summary>The account that is limited.</summary>
    public readonly Account Account { get; }

    /// <summary>The endpoint's name.</summary>
    public readonly string Endpoint { get; }

    /// <summary>The value of the mode; empty if the policy has no modes.</summary>
    public readonly string Mode => Policy.ModeOf(_attributes);

    /// <summary>Whether the request is allowed.</summary>
    public bool Allowed { readonly get; internal set; }

    /// <summary>Conditions that occurred while deciding.</summary>
    public DecisionNotes Notes { readonly get; internal set; }

    /// <summary>The number of limits that applied; 0 if the policy or an override makes the request unlimited.</summary>
    public readonly int Count { get; }

    /// <summary>The limits that applied, in the policy's order.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such limit.</exception>
    public readonly LimitOutcome this[int index] =>
        _array is LimitOutcome[] all ? all[index]
        : _plan is not null ? new(_plan.Limits[index].Limit, ReadingAt(_plan.Order[index]), IsAvailable: true)
        : throw new IndexOutOfRangeException();

    /// <summary>The plan; null for the default of the type.</summary>
    internal readonly Plan? Plan => _plan;

    /// <summary>The share of the limits that counts for groups that did not reply, and were counted in this process; 1 for none.</summary>
    internal readonly decimal Share =>
        (Notes & DecisionNotes.FailureDecided) != 0 && Policy.Definition.OnFailure is { Kind: OnFailureKind.Local, Share: var share }
            ? share
            : 1;

    /// <summary>Whether the group of a limit, or the fallback store, replied.</summary>
    internal readonly bool IsAvailable(int index) => _array is not LimitOutcome[] all || all[index].IsAvailable;

    /// <summary>The reading of a limit, without the rest of its outcome.</summary>
    internal readonly Reading ReadingOf(int index) =>
        _array is LimitOutcome[] all ? all[index].Reading : ReadingAt(_plan!.Order[index]);

    /// <summary>Where the readings are written, group after group.</summary>
    [UnscopedRef]
    internal Span<Reading> Readings => _array is Reading[] readings ? readings : _readings[..Count];

    /// <summary>Where the reading of a decision on one limit is written.</summary>
    [UnscopedRef]
    internal ref Reading Only => ref _readings[0];

    private readonly Reading ReadingAt(int index) => _array is Reading[] readings ? readings[index] : _readings[index];
}

/// <summary>The readings of a decision, without an allocation.</summary>
[InlineArray(Length)]
internal struct DecisionReadings
{
    /// <summary>
    /// The maximum number of limits of a decision without an allocation: 2. With 3, decisions on one limit take 10 % longer, because a
    /// larger value is cleared and copied.
    /// </summary>
    public const int Length = 2;

    private Reading _first;
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

    /// <summary>
    /// The account has its maximum number of living groups, so a group could not be opened: the policy's <c>account-groups</c> decided.
    /// </summary>
    TooManyGroupsOfAccount = 32,

    /// <summary>
    /// The account has its maximum number of living groups, so the group that further unlisted paths share decided. Only the limiter adds
    /// this.
    /// </summary>
    SharedEndpoint = 64,
}
