namespace OrleansLimiter;

/// <summary>A named bucket of a group: the rule in force, how new it is, and the numbers.</summary>
internal struct Bucket(string name, Rule rule, Generation generation)
{
    public readonly string Name = name;
    public Rule Rule = rule;
    public BucketState State = BucketState.Fresh(rule);

    private Generation _generation = generation;
    private Instant _stricterUntil;

    /// <summary>Brings the caller's rule and the bucket's together; what was noticed.</summary>
    public GroupNotes Meet(Rule rule, Generation generation, Instant now)
    {
        if (ReferenceEquals(Rule, rule) && _generation == generation && _stricterUntil == default)
        {
            return GroupNotes.None;
        }

        int newer = generation.CompareTo(_generation);
        if (rule.Equals(Rule))
        {
            // Someone still asks for the rule in force: whoever asks for a looser one goes on waiting.
            _stricterUntil = newer > 0 || _stricterUntil == default ? default : now + Rule.Window;
            _generation = newer > 0 ? generation : _generation;
            return GroupNotes.None;
        }

        if (newer < 0)
        {
            return GroupNotes.StaleGeneration;
        }

        if (newer > 0 || State.IsEmpty(Rule, now))
        {
            Adopt(rule, generation, now);
            return GroupNotes.None;
        }

        if (Strictness.IsStricter(rule, Rule) || (_stricterUntil != default && now >= _stricterUntil))
        {
            Adopt(rule, generation, now);
        }
        else if (_stricterUntil == default)
        {
            _stricterUntil = now + Rule.Window;
        }

        return GroupNotes.RuleConflict;
    }

    public readonly void Write(BinaryWriter writer, Instant now)
    {
        writer.Write(Name);
        writer.Write((byte)Rule.Algorithm);
        writer.Write7BitEncodedInt(Rule.Permits);
        writer.Write7BitEncodedInt64(Rule.Window.Ticks);
        writer.Write7BitEncodedInt(Rule.Algorithm == Algorithm.TokenBucket ? Rule.Burst : 0);
        writer.Write7BitEncodedInt(_generation.Policy);
        writer.Write(_generation.Overrides);
        State.Write(writer, Rule, now);
    }

    /// <exception cref="FormatException">The bytes are not a bucket of this version.</exception>
    public static Bucket Read(BinaryReader reader, Instant now)
    {
        string name = reader.ReadString();
        var algorithm = (Algorithm)reader.ReadByte();
        int permits = reader.Read7BitEncodedInt();
        var window = new TimeSpan(reader.Read7BitEncodedInt64());
        int burst = reader.Read7BitEncodedInt();
        if (Rule.Fault(algorithm, permits, window, burst == 0 ? null : burst) is { } fault)
        {
            throw new FormatException($"bucket '{name}': {fault}");
        }

        var rule = new Rule(algorithm, permits, window, burst == 0 ? null : burst);
        var generation = new Generation(reader.Read7BitEncodedInt(), reader.ReadUInt32());
        return new(name, rule, generation) { State = BucketState.Read(reader, rule, now) };
    }

    private void Adopt(Rule rule, Generation generation, Instant now)
    {
        State = State.Adopt(Rule, rule, now);
        (Rule, _generation, _stricterUntil) = (rule, generation, default);
    }
}
