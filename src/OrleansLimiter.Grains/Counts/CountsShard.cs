using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// The states of a shard in memory, in parts that are written one by one, because stores limit the size of a record. A group stays in its
/// part unless that one becomes too long. Not thread-safe.
/// </summary>
internal sealed class CountsShard(LimiterClock clock)
{
    /// <summary>
    /// The size from which a part gets no further groups: 192 KiB. A record of Azure Table Storage has at most 1 MiB, and the state is
    /// stored as JSON, with a third more.
    /// </summary>
    public const int MaxPart = 192 << 10;

    /// <summary>The longest state that is kept: 384 KiB. A group with a thousand buckets of thousands of permits each is longer.</summary>
    public const int MaxState = 384 << 10;

    private readonly Dictionary<string, Kept> _groups = [];
    private readonly List<Part> _parts = [];

    /// <summary>The number of groups.</summary>
    public int Count => _groups.Count;

    /// <summary>The parts that have changed since <see cref="Write"/>.</summary>
    public IEnumerable<int> Dirty => Enumerable.Range(0, _parts.Count).Where(part => _parts[part].IsDirty);

    /// <summary>Adds the states of a part that was stored. Parts are read in order.</summary>
    /// <exception cref="NotSupportedException">A newer version has written the part.</exception>
    /// <exception cref="FormatException">The part is damaged, and has no states.</exception>
    public void Read(byte[] content)
    {
        _parts.Add(new());
        ReadOnlySpan<byte> frame = CountsPartFormat.Read(content, clock.UtcNow, out TimeSpan elapsed);
        Instant now = clock.Now - elapsed;
        var reader = new ReplicaFrameReader(frame);
        while (reader.TryRead(out ReplicaRecord record))
        {
            string name = NameOf(record);
            Kept read = KeptOf(record, now, owner: null, _parts.Count - 1);
            if (!_groups.TryGetValue(name, out Kept? other))
            {
                Put(name, read);
            }
            else if (read.SavedAt > other.SavedAt)
            {
                // The group has moved to this part, and a crash came before the other part was written without it.
                Remove(name);
                Put(name, read);
            }
        }

        _parts[^1].IsDirty = false;
    }

    /// <summary>Keeps the states of a message. Returns the number of states that are too long.</summary>
    public int Apply(CountsMessage message)
    {
        int tooLong = 0;
        var reader = new ReplicaFrameReader(message.Groups);
        while (reader.TryRead(out ReplicaRecord record))
        {
            tooLong += record.State.Length > MaxState ? 1 : 0;
            Apply(record, message.Owner);
        }

        return tooLong;
    }

    /// <summary>Writes a part, without groups that have decayed.</summary>
    public byte[] Write(int part)
    {
        Instant now = clock.Now;
        var frame = new ReplicaFrameWriter();
        foreach (string name in _parts[part].Groups.ToList())
        {
            Kept kept = _groups[name];
            if (kept.DecaysAt <= now)
            {
                Remove(name);
                continue;
            }

            frame.Add(new(
                kept.Name, kept.State, now - kept.SavedAt, kept.DecaysAt - now, 0,
                kept.CountsForAccount ? ReplicaFlags.CountsForAccount : ReplicaFlags.None));
        }

        _parts[part].IsDirty = false;
        return CountsPartFormat.Write(frame.Take(), clock.UtcNow);
    }

    // A state of another holder replaces one only if permits were returned to the group. Otherwise the group may have continued without
    // a part of its counts.
    private void Apply(in ReplicaRecord record, string owner)
    {
        Instant now = clock.Now;
        string name = NameOf(record);
        bool isKnown = _groups.TryGetValue(name, out Kept? known);
        bool replaces = !isKnown || known!.Owner == owner || (record.Flags & ReplicaFlags.Replaces) != 0;
        if (record.State.IsEmpty || record.State.Length > MaxState)
        {
            if (isKnown && replaces)
            {
                Remove(name);
            }

            return;
        }

        Kept given = KeptOf(record, now, owner, part: isKnown ? known!.Part : -1);
        Put(name, replaces ? given : Merge(known!, given, now));
    }

    private static Kept Merge(Kept known, Kept given, Instant now)
    {
        try
        {
            return GroupSnapshot.Merge(known.State, known.SavedAt, given.State, given.SavedAt, now) is { } merged
                ? given with { State = merged, SavedAt = now, DecaysAt = Instant.Max(known.DecaysAt, given.DecaysAt) }
                : given;
        }
        catch (FormatException)
        {
            return given;
        }
    }

    private void Put(string name, Kept kept)
    {
        int number = kept.Part;
        if (number >= 0 && _parts[number].Bytes > 2 * MaxPart && _groups.ContainsKey(name))
        {
            Remove(name); // the states of the part have grown
            number = -1;
        }

        if (number < 0)
        {
            number = _parts.FindIndex(part => part.Bytes < MaxPart);
            if (number < 0)
            {
                _parts.Add(new());
                number = _parts.Count - 1;
            }
        }

        Part part = _parts[number];
        part.Bytes += kept.Bytes - (_groups.TryGetValue(name, out Kept? before) ? before.Bytes : 0);
        part.Groups.Add(name);
        part.IsDirty = true;
        _groups[name] = kept with { Part = number };
    }

    private void Remove(string name)
    {
        _groups.Remove(name, out Kept? kept);
        Part part = _parts[kept!.Part];
        part.Groups.Remove(name);
        part.Bytes -= kept.Bytes;
        part.IsDirty = true;
    }

    private static string NameOf(in ReplicaRecord record) => Convert.ToBase64String(record.Group);

    private static Kept KeptOf(in ReplicaRecord record, Instant now, string? owner, int part) => new(
        record.Group.ToArray(), record.State.ToArray(), now - record.Age, now + record.Decay,
        (record.Flags & ReplicaFlags.CountsForAccount) != 0, owner, part);

    private sealed record Kept(
        byte[] Name, byte[] State, Instant SavedAt, Instant DecaysAt, bool CountsForAccount, string? Owner, int Part)
    {
        private const int Header = 24;

        public int Bytes => Name.Length + State.Length + Header;
    }

    private sealed class Part
    {
        public HashSet<string> Groups { get; } = [];

        public int Bytes { get; set; }

        public bool IsDirty { get; set; }
    }
}
