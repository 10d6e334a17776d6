using System.Runtime.InteropServices;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>A group that one or several of the requests use that are decided together.</summary>
internal struct MergedGroup(in GroupKey key, GroupRules rules, Policy policy, PlannedGroup planned, int number)
{
    private int _cost;
    private bool _peek;
    private CostSum[]? _sums; // one for each rule, from the second request on

    /// <summary>The key.</summary>
    public readonly GroupKey Key = key;

    /// <summary>The number of the group in the order of the requests.</summary>
    public readonly int Number = number;

    /// <summary>The rules of all requests, without costs. They are those of the first one, if it has all rules of the others.</summary>
    public GroupRules Rules { readonly get; private set; } = rules;

    /// <summary>What the policies decide for the group if it does not decide itself.</summary>
    public FailureTerms Terms { readonly get; private set; }

    /// <summary>The maximum number of groups of the account.</summary>
    public int MaxAccountGroups { readonly get; private set; }

    /// <summary>The index of the reading of its first rule among the readings of all groups.</summary>
    public int FirstReading { readonly get; set; }

    /// <summary>Adds a request.</summary>
    /// <param name="given">The rules of the request in this group.</param>
    /// <param name="request">The request.</param>
    /// <param name="terms">What its policy decides for the group.</param>
    /// <param name="maxAccountGroups">The maximum number of groups of its account.</param>
    public void Add(GroupRules given, in LimitRequest request, FailureTerms terms, int maxAccountGroups)
    {
        bool isFirst = _cost == 0;
        Terms |= terms;
        MaxAccountGroups = Math.Max(MaxAccountGroups, maxAccountGroups);
        if (isFirst)
        {
            (_cost, _peek) = (request.Cost, request.Peek);
            return;
        }

        CostSum[] sums = _sums ?? FirstSums();
        Rules = MergedRules.Of(Rules, given);
        if (sums.Length < Rules.Rules.Length)
        {
            Array.Resize(ref sums, Rules.Rules.Length);
        }

        for (int i = 0; i < given.Rules.Length; i++)
        {
            sums[IndexOf(given, i)].Add(request.Cost, request.Peek);
        }

        _sums = sums;
    }

    /// <summary>The rules with costs, or without if each rule is charged the cost of the operation.</summary>
    public readonly GroupRules RulesFor(int cost)
    {
        if (_sums is null ? _cost == cost && !_peek : Array.TrueForAll(_sums, sum => sum.Total == new RuleCost(cost, cost)))
        {
            return Rules;
        }

        var costs = new RuleCost[Rules.Rules.Length];
        for (int i = 0; i < costs.Length; i++)
        {
            costs[i] = _sums is null ? new(_peek ? 0 : _cost, _cost) : _sums[i].Total;
        }

        return Rules.WithCosts(ImmutableCollectionsMarshal.AsImmutableArray(costs));
    }

    /// <summary>The read for requests that all acquire nothing.</summary>
    public readonly BucketOperation ToRead() => _sums is null ? BucketOperation.Read(Rules, _cost) : BucketOperation.Read(RulesFor(0), 1);

    /// <summary>The index of a rule of a request among the rules of all requests.</summary>
    public readonly int IndexOf(GroupRules given, int index) =>
        ReferenceEquals(given, Rules) ? index : MergedRules.IndexOf(Rules, given.Rules[index].Bucket, index);

    /// <summary>The reading of a request, from that of the bucket for all requests together.</summary>
    public readonly Reading ReadingFor(in LimitRequest request, int index, in Reading reading) =>
        reading.Allowed || _sums is null || _sums[index].Refuses(reading, request.Cost, request.Peek)
            ? reading
            : reading with { Verdict = Verdict.Allowed, RetryAfter = TimeSpan.Zero };

    /// <summary>The rules for the fallback, with a share of the limits, and with the costs of others.</summary>
    public readonly GroupRules LocalRules(GroupRules asked)
    {
        decimal share = policy.Definition.OnFailure.Share;
        GroupRules local = ReferenceEquals(Rules, planned.Rules) ? planned.LocalRules(share) : LocalShare.Of(Rules, share);
        return asked.HasCosts ? local.WithCosts(asked.Costs) : local;
    }

    /// <summary>Whether the fallback decides for the group.</summary>
    public readonly bool HasFallback => policy.Definition.OnFailure.Kind == OnFailureKind.Local;

    private readonly CostSum[] FirstSums()
    {
        var sums = new CostSum[Rules.Rules.Length];
        foreach (ref CostSum sum in sums.AsSpan())
        {
            sum.Add(_cost, _peek);
        }

        return sums;
    }
}
