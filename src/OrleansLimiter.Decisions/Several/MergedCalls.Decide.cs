using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

// The operations of the groups, and the decisions from their replies.
internal sealed partial class MergedCalls : IFallbackSource
{
    // Usual numbers of limits fit.
    private const int ReadingsInPlace = 8;

    /// <summary>Decides by the fast path of the store; null if it does not apply, and nothing was acquired.</summary>
    public Decision[]? TryAcquire(IBucketStore store)
    {
        if (_count == 0)
        {
            return Compose([], allowed: true);
        }

        Span<Reading> few = stackalloc Reading[ReadingsInPlace];
        Span<Reading> readings = _readings <= few.Length ? few[.._readings] : new Reading[_readings];
        return !OnlyReads && _isFixed && _count <= GroupKeys.MaxTogether
            && store.TryAcquireAll(_keys.AsSpan(0, _count), _rules.AsSpan(0, _count), Cost, readings, out bool allowed)
                ? Compose(readings, allowed)
                : null;
    }

    /// <summary>The operations on the groups.</summary>
    public GroupRequest[] ToRequests()
    {
        var requests = new GroupRequest[_count];
        for (int i = 0; i < _count; i++)
        {
            BucketOperation operation = OnlyReads ? _groups[i].ToRead() : BucketOperation.Acquire(_rules[i], Cost);
            requests[i] = new(_keys[i], operation with { MaxAccountGroups = _groups[i].MaxAccountGroups });
        }

        return requests;
    }

    /// <summary>What the policies decide for each group that does not decide itself.</summary>
    public FailureTerms[] Terms()
    {
        var terms = new FailureTerms[_count];
        for (int i = 0; i < _count; i++)
        {
            terms[i] = _groups[i].Terms;
        }

        return terms;
    }

    /// <summary>Whether the fallback decides for any group.</summary>
    public bool HasFallback
    {
        get
        {
            bool any = false;
            for (int i = 0; i < _count; i++)
            {
                any |= _groups[i].HasFallback;
            }

            return any;
        }
    }

    /// <inheritdoc/>
    public GroupRequest?[] ToFallback(GroupRequest[] requests)
    {
        var local = new GroupRequest?[_count];
        for (int i = 0; i < _count; i++)
        {
            BucketOperation operation = requests[i].Operation;
            local[i] = _groups[i].HasFallback
                ? new(_keys[i], operation with { Rules = _groups[i].LocalRules(operation.Rules!) })
                : null;
        }

        return local;
    }

    /// <summary>
    /// The same requests with the shared endpoint for those whose own groups could not be opened; null if there are none. A refused
    /// request acquires nothing then, nor does any other.
    /// </summary>
    public LimitCall[]? TryShare(GroupReply[] replies)
    {
        LimitCall[]? shared = null;
        for (int call = 0, use = 0; call < _calls.Length; call++)
        {
            (Policy policy, LimitRequest request) = Calls[call];
            for (int i = 0; i < _plans[call].Groups.Length; i++, use++)
            {
                if (AccountBound.IsReached(replies[_uses[use].Place]) && policy.HasOwnGroups(request.Endpoint))
                {
                    shared ??= Calls.ToArray();
                    shared[call] = new(policy, request with { Endpoint = Policy.SharedEndpoint });
                }
            }
        }

        return shared;
    }

    /// <summary>Continues with other requests of the same plans.</summary>
    public void Replace(LimitCall[] calls)
    {
        _calls = calls;
        Merge();
    }

    /// <summary>Composes the decisions from the replies of the groups.</summary>
    public Decision[] Compose(GroupReply[] replies)
    {
        var decisions = new Decision[_calls.Length];
        for (int call = 0, use = 0; call < decisions.Length; call++)
        {
            (Policy policy, LimitRequest request) = Calls[call];
            var own = new GroupReply[_plans[call].Groups.Length];
            for (int i = 0; i < own.Length; i++, use++)
            {
                own[i] = ReplyFor(request, _uses[use].Place, _uses[use].Rules, replies[_uses[use].Place]);
            }

            decisions[call] = DecisionComposer.Compose(policy, _plans[call], request, own);
        }

        return decisions;
    }

    private Decision[] Compose(ReadOnlySpan<Reading> readings, bool allowed)
    {
        var decisions = new Decision[_calls.Length];
        for (int call = 0, use = 0; call < decisions.Length; call++)
        {
            (Policy policy, LimitRequest request) = Calls[call];
            Plan plan = _plans[call];
            var decision = new Decision(policy, request, plan) { Allowed = true };
            Span<Reading> own = decision.Readings;
            for (int i = 0, count = 0; i < plan.Groups.Length; i++, use++)
            {
                ref MergedGroup group = ref _groups[_uses[use].Place];
                GroupRules given = _uses[use].Rules;
                for (int rule = 0; rule < given.Rules.Length; rule++)
                {
                    int index = group.IndexOf(given, rule);
                    own[count] = allowed
                        ? readings[group.FirstReading + index]
                        : group.ReadingFor(request, index, readings[group.FirstReading + index]);
                    decision.Allowed &= own[count++].Allowed;
                }
            }

            decisions[call] = decision;
        }

        return decisions;
    }

    // The reply to one request, from that to all requests of a group.
    private GroupReply ReplyFor(in LimitRequest request, int place, GroupRules given, in GroupReply reply)
    {
        if (reply.Outcome == GroupOutcome.Unavailable)
        {
            return reply;
        }

        ref MergedGroup group = ref _groups[place];
        var readings = new Reading[given.Rules.Length];
        bool refused = false;
        bool anyRefuses = false;
        for (int i = 0; i < reply.Readings.Count; i++)
        {
            anyRefuses |= !reply.Readings[i].Allowed;
        }

        for (int i = 0; i < readings.Length; i++)
        {
            int index = group.IndexOf(given, i);
            readings[i] = group.ReadingFor(request, index, reply.Readings[index]);
            refused |= !readings[i].Allowed;
        }

        // A canceled acquisition is refused although no bucket refuses.
        return refused || (reply.Outcome == GroupOutcome.Refused && !anyRefuses)
            ? new(GroupOutcome.Refused, reply.Notes, new(readings))
            : new(GroupOutcome.Allowed, reply.Notes & ~GroupNotes.Contended, new(readings));
    }
}
