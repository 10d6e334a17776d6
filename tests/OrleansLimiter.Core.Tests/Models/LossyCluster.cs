namespace OrleansLimiter.Core.Tests.Models;

/// <summary>
/// One group of a cluster, on the silo that holds it, and its replica. Each silo has a clock of its own. A history is a list of the
/// acquisitions that a state must contain; a merged state has the histories of both, and must count at least as much as each of them.
/// </summary>
internal sealed class LossyCluster(Rule rule)
{
    private readonly GroupRules _rules = new([new("limit", rule)], new(1, 0));
    private readonly List<(OperationId Id, int Cost)> _acquisitions = [];
    private BucketGroup _group = new();
    private long _clock;
    private List<List<ModelAcquisition>> _histories = [[]];
    private byte[]? _replica;
    private Instant _replicaAt;
    private List<List<ModelAcquisition>> _replicaHistories = [[]];

    /// <summary>Now, on the clock of nobody.</summary>
    public Instant Now { get; set; }

    private Instant Here => new(Now.Ticks + _clock);

    public void Acquire(int cost, bool hasId)
    {
        OperationId id = hasId ? new(_acquisitions.Count + 1) : OperationId.None;
        _acquisitions.Add((id, cost));
        if (_group.Acquire(_rules, cost, Here, id).Outcome == GroupOutcome.Allowed)
        {
            var acquisition = new ModelAcquisition(id, Now, cost, reserved: false);
            _histories.ForEach(history => history.Add(acquisition));
        }
    }

    public void Cancel(int back)
    {
        if (back < _acquisitions.Count && _acquisitions[^(back + 1)] is { Id.Value: > 0 } canceled)
        {
            int before = Remaining();
            _group.Cancel(canceled.Id, Here);

            // Without it, a fixed window would have opened later. So a history keeps an acquisition that could not be undone.
            if (rule.Algorithm != Algorithm.FixedWindow || Remaining() != before)
            {
                _histories = [.. _histories.Select(history => history.Where(each => each.Id != canceled.Id).ToList())];
            }
        }
    }

    public void Replicate() =>
        (_replica, _replicaAt, _replicaHistories) = (GroupSnapshot.Save(_group, Here, Survive.None), Now, Copy(_histories));

    public void MergeIntoReplica()
    {
        if (_replica is null)
        {
            Replicate();
        }
        else if (GroupSnapshot.Save(_group, Here, Survive.None) is { } state)
        {
            _replica = GroupSnapshot.Merge(_replica, _replicaAt, state, Now, Now);
            (_replicaAt, _replicaHistories) = (Now, [.. Copy(_replicaHistories), .. Copy(_histories)]);
        }
    }

    /// <summary>The silo is lost, and another one continues from the replica.</summary>
    public void Crash(long clock)
    {
        StartFresh(clock);
        if (_replica is not null)
        {
            _group = Restore(_replica, _replicaAt);
            _histories = Copy(_replicaHistories);
        }
    }

    /// <summary>The silo is lost, and another one starts without the replica.</summary>
    public void StartFresh(long clock) => (_group, _clock, _histories) = (new(), clock, [[]]);

    public void MergeReplica()
    {
        if (_replica is not null)
        {
            _group.Merge(Restore(_replica, _replicaAt), Here);
            _histories = [.. _histories, .. Copy(_replicaHistories)];
        }
    }

    public void HandOver(long clock)
    {
        byte[] state = GroupSnapshot.Save(_group, Here);
        _clock = clock;
        _group = Restore(state, Now);
    }

    public void AssertCountsAll()
    {
        int remaining = Remaining();
        foreach (List<ModelAcquisition> history in _histories)
        {
            Assert.InRange(remaining, 0, Remaining(history));
        }

        // A history without permits in use is that of an unused group, unless it is the only one.
        _histories = [.. _histories.Where(history => Remaining(history) < rule.Capacity).DefaultIfEmpty([])];
    }

    private int Remaining() => _group.Read(_rules, 1, Here).Readings[0].Remaining;

    // A rolling window counts each acquisition for at least one window; how it rounds depends on the clocks of the silos.
    private int Remaining(List<ModelAcquisition> history)
    {
        if (rule.Algorithm == Algorithm.RollingWindow)
        {
            return rule.Capacity - history.Where(each => each.At + rule.Window > Now).Sum(each => each.Cost);
        }

        ModelBucket model = ModelBucket.Of(rule);
        foreach (ModelAcquisition acquisition in history)
        {
            model = model.Consume(acquisition.Cost, acquisition.At);
        }

        return model.Remaining(Now);
    }

    private BucketGroup Restore(byte[] state, Instant at)
    {
        var group = new BucketGroup();
        GroupSnapshot.Restore(group, state, new(at.Ticks + _clock));
        return group;
    }

    private static List<List<ModelAcquisition>> Copy(List<List<ModelAcquisition>> histories) =>
        [.. histories.Select(history => history.ToList())];
}
