using System.Numerics;

namespace OrleansLimiter;

/// <summary>
/// A named bucket of a group: the rule in force, its generation, and the state. Name, rule and generation are references into shared
/// <see cref="GroupRules"/>, so that a bucket takes 24 bytes in addition to its state.
/// </summary>
internal struct Bucket(GroupRules rules, int index)
{
    private GroupRules _rules = rules;
    private int _index = index;

    // The time since which a less strict rule of the same generation has been pending, in parts of the window, so that it fits beside
    // the index; 0 if none is pending.
    private uint _pendingSince;

    public BucketState State = BucketState.Fresh(rules.Rules[index].Rule);

    public readonly string Name => _rules.Rules[_index].Bucket;

    public readonly Rule Rule => _rules.Rules[_index].Rule;

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

    /// <summary>Writes the bucket as if its leased permits were used.</summary>
    public readonly void Write(BinaryWriter writer, Instant now, int leased)
    {
        writer.Write(Name);
        writer.Write((byte)Rule.Algorithm);
        writer.Write7BitEncodedInt(Rule.Permits);
        writer.Write7BitEncodedInt64(Rule.Window.Ticks);
        writer.Write7BitEncodedInt(Rule.Burst);
        writer.Write7BitEncodedInt(_rules.Generation.Policy);
        writer.Write(_rules.Generation.Overrides);
        (leased == 0 ? State : State.Clone().Consume(Rule, leased, now)).Write(writer, Rule, now);
    }

    /// <exception cref="FormatException">The bytes are not a bucket of this version.</exception>
    public static Bucket Read(BinaryReader reader, Instant now)
    {
        string name = reader.ReadString();
        var algorithm = (Algorithm)reader.ReadByte();
        int permits = reader.Read7BitEncodedInt();
        var window = new TimeSpan(reader.Read7BitEncodedInt64());
        int burst = reader.Read7BitEncodedInt();
        if (Rule.Validate(algorithm, permits, window, burst == 0 ? null : burst) is { } error)
        {
            throw new FormatException($"bucket '{name}': {error}");
        }

        var rule = new Rule(algorithm, permits, window, burst == 0 ? null : burst);
        var generation = new Generation(reader.Read7BitEncodedInt(), reader.ReadUInt32());
        return new(new([new(name, rule)], generation), 0) { State = BucketState.Read(reader, rule, now) };
    }

    private void Adopt(GroupRules rules, int index, Instant now)
    {
        State = State.Adopt(Rule, rules.Rules[index].Rule, now);
        (_rules, _index, _pendingSince) = (rules, index, 0);
    }

    // Two parts longer than the window, because both times are rounded down.
    private readonly bool IsPendingForWindow(Instant now) =>
        (int)((uint)(now.Ticks >> PartBits) - _pendingSince) >= (Rule.Window.Ticks >> PartBits) + 2;

    private readonly uint Part(Instant at) => Math.Max(1, (uint)(at.Ticks >> PartBits));

    // A window has at least 1,024 parts.
    private readonly int PartBits => BitOperations.Log2((ulong)Rule.Window.Ticks) - 10;
}
