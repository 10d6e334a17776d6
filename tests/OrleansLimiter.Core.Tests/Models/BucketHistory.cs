namespace OrleansLimiter.Core.Tests.Models;

/// <summary>All operations on one bucket. Its state is the result of a replay.</summary>
internal sealed class BucketHistory(Rule rule, Generation generation)
{
    private Rule _first = rule;
    private readonly List<(Instant At, ModelAcquisition? Acquisition, Rule? Next)> _events = [];
    private readonly HashSet<ModelAcquisition> _undone = [];
    private Instant? _waited;

    public Rule Rule { get; private set; } = rule;

    public Generation Generation { get; private set; } = generation;

    public void Add(ModelAcquisition acquisition) => _events.Add((acquisition.At, acquisition, null));

    public bool Has(ModelAcquisition acquisition) => _events.Exists(each => each.Acquisition == acquisition) && !_undone.Contains(acquisition);

    public void Undo(ModelAcquisition acquisition) => _undone.Add(acquisition);

    public ModelBucket State(Func<ModelAcquisition, bool>? without = null)
    {
        ModelBucket bucket = ModelBucket.Of(_first);
        foreach ((Instant at, ModelAcquisition? acquisition, Rule? next) in _events)
        {
            if (next is not null)
            {
                bucket = bucket.Under(next, at);
            }
            else
            {
                bool undone = _undone.Contains(acquisition!) || without?.Invoke(acquisition!) == true;
                bucket = bucket.Consume(undone ? 0 : acquisition!.Cost, at);
            }
        }

        return bucket;
    }

    /// <summary>The rule in force for an operation with this rule.</summary>
    public GroupNotes Reconcile(Rule asked, Generation generation, Instant now)
    {
        int newer = generation.CompareTo(Generation);
        bool empty = State().Reset(now) == TimeSpan.Zero;
        _waited = empty ? null : _waited;
        if (asked == Rule)
        {
            _waited = newer > 0 || _waited is null ? null : newer == 0 ? now : _waited;
            Generation = newer > 0 ? generation : Generation;
            return GroupNotes.None;
        }

        if (newer < 0)
        {
            return GroupNotes.StaleGeneration;
        }

        bool conflict = newer == 0 && !empty;
        if (conflict && !IsStricter(asked) && !HasWaitedLong(now))
        {
            _waited ??= now;
        }
        else
        {
            if (asked.Algorithm == Rule.Algorithm)
            {
                _events.Add((now, null, asked));
            }
            else
            {
                _events.Clear();
                _first = asked;
            }

            (Rule, Generation, _waited) = (asked, generation, null);
        }

        return conflict ? GroupNotes.RuleConflict : GroupNotes.None;
    }

    // One window in parts of at most a 1,024th each. A wait that starts in part 0 counts as one that starts in part 1.
    private bool HasWaitedLong(Instant now)
    {
        int bits = (int)Math.Log2(Rule.Window.Ticks) - 10;
        return _waited is { } since
            && (now.Ticks >> bits) - (since.Ticks >> bits is 0 ? 1 : since.Ticks >> bits) >= (Rule.Window.Ticks >> bits) + 2;
    }

    private bool IsStricter(Rule asked)
    {
        decimal difference = (decimal)asked.Permits / asked.Window.Ticks - (decimal)Rule.Permits / Rule.Window.Ticks;
        return difference < 0 || (difference == 0 && asked.Capacity < Rule.Capacity);
    }
}

/// <summary>One acquisition and its status.</summary>
internal sealed class ModelAcquisition(OperationId id, Instant at, int cost, bool reserved)
{
    public OperationId Id { get; } = id;

    public Instant At { get; } = at;

    public int Cost { get; } = cost;

    public bool Reserved { get; set; } = reserved;

    public bool Canceled { get; set; }

    public bool IsReserved(Instant now) => Reserved && !Canceled && now - At < BucketGroup.ReservationTimeout;

    public bool IsRemembered(Instant now) => now - At < BucketGroup.IdempotencyWindow;
}
