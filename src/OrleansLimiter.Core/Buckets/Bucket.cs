using System.Numerics;

namespace OrleansLimiter;

/// <summary>
/// A named bucket of a group: the rule in force, its generation, and the state. Name, rule and generation are references into shared
/// <see cref="GroupRules"/>, so that a bucket takes 24 bytes in addition to its state.
/// </summary>
internal struct Bucket(GroupRules rules, int index)
{
    // More than the parts of a window.
    private const int MaxPendingParts = 1 << 12;

    private GroupRules _rules = rules;
    private int _index = index;

    // The time since which a less strict rule of the same generation has been pending, in parts of the window, so that it fits beside
    // the index; 0 if none is pending.
    private uint _pendingSince;

    public BucketState State = BucketState.Fresh(rules.Rules[index].Rule);

    public readonly string Name => _rules.Rules[_index].Bucket;

    public readonly Rule Rule => _rules.Rules[_index].Rule;

    /// <summary>What the counts survive, as the last caller said whose rule was not older.</summary>
    public readonly Survive Survive => _rules.Rules[_index].Survive;

    /// <summary>Whether the rule of the caller is the rule in force, and no other rule is pending.</summary>
    public readonly bool IsUnder(GroupRules rules, int index) =>
        ReferenceEquals(_rules, rules) && _index == index && _pendingSince == 0;

    /// <summary>Reconciles the rule of the caller with the rule in force.</summary>
    public GroupNotes Reconcile(GroupRules rules, int index, Instant now)
    {
        Rule rule = rules.Rules[index].Rule;
        int newer = rules.Generation.CompareTo(_rules.Generation);
        bool empty = State.IsEmpty(Rule, now);
        _pendingSince = empty ? 0 : _pendingSince;
        if (rule.Equals(Rule))
        {
            // A caller still uses the rule in force, so the time of a less strict rule starts again.
            _pendingSince = newer > 0 || _pendingSince == 0 ? 0 : newer == 0 ? Part(now) : _pendingSince;
            (_rules, _index) = newer >= 0 ? (rules, index) : (_rules, _index);
            return GroupNotes.None;
        }

        if (newer < 0)
        {
            return GroupNotes.StaleGeneration;
        }

        if (newer > 0 || empty)
        {
            Adopt(rules, index, now);
            return GroupNotes.None;
        }

        if (rule.IsStricterThan(Rule) || (_pendingSince != 0 && IsPendingForWindow(now)))
        {
            Adopt(rules, index, now);
        }
        else if (_pendingSince == 0)
        {
            _pendingSince = Part(now);
        }

        return GroupNotes.RuleConflict;
    }

    /// <summary>
    /// Merges another bucket of the same name. The rule of the higher generation is enforced, and within one generation the stricter one.
    /// The state under the other rule is adopted first.
    /// </summary>
    public void Merge(in Bucket other, Instant now)
    {
        int newer = other._rules.Generation.CompareTo(_rules.Generation);
        if (newer == 0 && other.Rule == Rule)
        {
            bool pending = _pendingSince != 0 && other._pendingSince != 0;
            _pendingSince = !pending ? 0 : (int)(other._pendingSince - _pendingSince) > 0 ? other._pendingSince : _pendingSince;
            (_rules, _index) = other.Survive > Survive ? (other._rules, other._index) : (_rules, _index);
            State = State.Merge(Rule, other.State, now);
        }
        else if (newer > 0 || (newer == 0 && other.Rule.Precedes(Rule)))
        {
            BucketState own = State.Adopt(Rule, other.Rule, now);
            this = other;
            State = State.Merge(Rule, own, now);
        }
        else
        {
            State = State.Merge(Rule, other.State.Adopt(other.Rule, Rule, now), now);
        }
    }

    public readonly void Write(SnapshotWriter writer)
    {
        writer.Write(_rules);
        writer.Bytes.Write7BitEncodedInt(_index);
        writer.Bytes.Write7BitEncodedInt(
            _pendingSince == 0 ? 0 : 1 + Math.Clamp((int)(PartOf(writer.Now) - _pendingSince), 0, MaxPendingParts));
        State.WriteAtMost(writer.Bytes, Rule, writer.Now, writer.MaxTimes);
    }

    /// <exception cref="FormatException">The bytes are not a bucket of this version.</exception>
    public static Bucket Read(SnapshotReader reader)
    {
        GroupRules rules = reader.ReadRules();
        int index = reader.Bytes.Read7BitEncodedInt();
        int pending = reader.Bytes.Read7BitEncodedInt();
        if (index < 0 || index >= rules.Rules.Length || pending < 0)
        {
            throw new FormatException($"a bucket has rule {index} of {rules.Rules.Length}, and a pending one of age {pending}");
        }

        var bucket = new Bucket(rules, index);
        bucket._pendingSince = pending == 0 ? 0 : Math.Max(1, bucket.PartOf(reader.Now) - (uint)(pending - 1));
        bucket.State = BucketState.Read(reader.Bytes, bucket.Rule, reader.Now);
        return bucket;
    }

    private void Adopt(GroupRules rules, int index, Instant now)
    {
        State = State.Adopt(Rule, rules.Rules[index].Rule, now);
        (_rules, _index, _pendingSince) = (rules, index, 0);
    }

    // Two parts longer than the window, because both times are rounded down.
    private readonly bool IsPendingForWindow(Instant now) =>
        (int)(PartOf(now) - _pendingSince) >= (Rule.Window.Ticks >> PartBits) + 2;

    private readonly uint Part(Instant at) => Math.Max(1, PartOf(at));

    private readonly uint PartOf(Instant at) => (uint)(at.Ticks >> PartBits);

    // A window has at least 1,024 parts.
    private readonly int PartBits => BitOperations.Log2((ulong)Rule.Window.Ticks) - 10;
}
