using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>
/// Several requests that are decided together: their groups, each once and in the order of the locks, with what all requests together
/// cost in it. A decision that completes at once returns the object for the next one of its thread.
/// </summary>
internal sealed partial class MergedCalls
{
    // Larger objects are rare, and are not kept.
    private const int MaxKept = 64;

    // From this number of groups on, a dictionary finds a group faster than a search.
    private const int IndexedFrom = 16;

    [ThreadStatic]
    private static MergedCalls? s_free;

    private ReadOnlyMemory<LimitCall> _calls;
    private Plan[] _plans = [];
    private MergedGroup[] _groups = [];
    private GroupKey[] _keys = [];
    private GroupRules[] _rules = [];

    // For each group of each request in turn: its place in the groups, and the rules of the request.
    private (int Place, GroupRules Rules)[] _uses = [];
    private int _count;
    private int _readings;
    private bool _isFixed;

    private MergedCalls()
    {
    }

    /// <summary>The requests.</summary>
    public ReadOnlySpan<LimitCall> Calls => _calls.Span;

    /// <summary>Whether no request acquires anything.</summary>
    public bool OnlyReads { get; private set; }

    /// <summary>Whether no limit applies.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>The cost of the operations on all groups. Groups that cost something else have rules with costs.</summary>
    private int Cost => _calls.Span[0].Request.Cost;

    /// <summary>Begins with requests. Set their plans, then call <see cref="Merge"/>.</summary>
    public static MergedCalls Rent(ReadOnlyMemory<LimitCall> calls)
    {
        MergedCalls merged = s_free ?? new();
        s_free = null;
        merged._calls = calls;
        Reserve(ref merged._plans, calls.Length);
        return merged;
    }

    /// <summary>Ends, so that the next decision of this thread can use the object.</summary>
    public void Return()
    {
        if (_uses.Length > MaxKept || _plans.Length > MaxKept)
        {
            return;
        }

        _calls = default;
        Array.Clear(_plans);
        Array.Clear(_groups, 0, _count);
        Array.Clear(_keys, 0, _count);
        Array.Clear(_rules, 0, _count);
        Array.Clear(_uses);
        s_free = this;
    }

    /// <summary>Sets the plan of a request.</summary>
    public void Plan(int call, Plan plan) => _plans[call] = plan;

    /// <summary>Merges the groups of all requests.</summary>
    public void Merge()
    {
        int uses = 0;
        ReadOnlySpan<LimitCall> calls = Calls;
        for (int i = 0; i < calls.Length; i++)
        {
            uses += _plans[i].Groups.Length;
        }

        Reserve(ref _uses, uses);
        Reserve(ref _groups, uses);
        Dictionary<GroupKey, int>? index = uses >= IndexedFrom ? [] : null;
        (_count, uses, _isFixed, OnlyReads) = (0, 0, true, true);
        for (int i = 0; i < calls.Length; i++)
        {
            uses = Add(_plans[i], calls[i].Policy, calls[i].Request, uses, index);
        }

        Sort(uses);
        SetKeys();
    }

    private int Add(Plan plan, Policy policy, in LimitRequest request, int uses, Dictionary<GroupKey, int>? index)
    {
        OnlyReads &= request.Peek;
        FailureTerms terms = AccountBound.TermsOf(policy, request);
        int accountHash = request.Account.Name.GetHashCode();
        foreach (PlannedGroup planned in plan.Groups)
        {
            _isFixed &= !planned.HasFreeKeys;
            GroupRules rules = GroupRequests.RulesOf(plan, planned, request);
            GroupKey key = planned.KeyFor(policy, request, accountHash);
            int place = Find(key, index);
            if (place < 0)
            {
                place = _count++;
                _groups[place] = new(key, rules, policy, planned, place);
                index?.Add(key, place);
            }

            _groups[place].Add(rules, request, terms, planned.MaxAccountGroups(policy, request));
            _uses[uses++] = (place, rules);
        }

        return uses;
    }

    private int Find(in GroupKey key, Dictionary<GroupKey, int>? index)
    {
        if (index is not null)
        {
            return index.GetValueOrDefault(key, -1);
        }

        for (int i = 0; i < _count; i++)
        {
            if (_groups[i].Key == key)
            {
                return i;
            }
        }

        return -1;
    }

    private void Sort(int uses)
    {
        Span<MergedGroup> groups = _groups.AsSpan(0, _count);
        bool sorted = true;
        for (int i = 1; i < groups.Length && sorted; i++)
        {
            sorted = groups[i - 1].Key.CompareTo(groups[i].Key) < 0;
        }

        if (sorted)
        {
            return;
        }

        groups.Sort(static (one, other) => one.Key.CompareTo(other.Key));
        Span<int> places = _count <= MaxKept ? stackalloc int[MaxKept] : new int[_count];
        for (int i = 0; i < groups.Length; i++)
        {
            places[groups[i].Number] = i;
        }

        foreach (ref (int Place, GroupRules Rules) use in _uses.AsSpan(0, uses))
        {
            use.Place = places[use.Place];
        }
    }

    private void SetKeys()
    {
        Reserve(ref _keys, _count);
        Reserve(ref _rules, _count);
        _readings = 0;
        for (int i = 0; i < _count; i++)
        {
            ref MergedGroup group = ref _groups[i];
            group.FirstReading = _readings;
            _readings += group.Rules.Rules.Length;
            _keys[i] = group.Key;
            _rules[i] = OnlyReads ? group.Rules : group.RulesFor(Cost);
        }
    }

    private static void Reserve<T>(ref T[] array, int length) => array = array.Length >= length ? array : new T[Math.Max(4, length)];
}
