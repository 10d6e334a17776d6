namespace OrleansLimiter.Core.Tests.Models;

/// <summary>Runs a script on a group and on its model, and compares every reply.</summary>
internal sealed class SideBySide(Script script, Instant start)
{
    private readonly GroupModel _model = new();
    private readonly List<(OperationId Id, int Cost)> _acquisitions = [];
    private readonly List<QuotaLease> _leases = [];
    private readonly List<(long At, int Permits)> _counted = [];

    public BucketGroup Group { get; private set; } = new();

    public Instant Now { get; private set; } = start;

    /// <summary>The permits that acquisitions and leases really used, in order. Not valid once acquisitions were canceled.</summary>
    public List<(long At, int Permits)> Uses { get; } = [];

    /// <summary>The times at which used permits count, in order.</summary>
    public IEnumerable<(long At, int Permits)> Counted => _counted
        .Concat(_leases.Where(lease => !lease.Returned).Select(lease => (lease.End.Ticks, lease.Permits)))
        .Where(counted => counted.Item2 > 0).OrderBy(counted => counted.Item1);

    public void PlayAll()
    {
        // Reading puts a newer rule in force, so a script that changes rules decides when to read.
        bool look = script.Questions.All(question => question.Generation == script.Questions[0].Generation);
        foreach (Step step in script.Steps)
        {
            Play(step);
            foreach (GroupRules question in look ? script.Questions : [])
            {
                Compare(_model.Read(question, 1, Now), Group.Read(question, 1, Now));
            }
        }
    }

    /// <summary>Time advances by a span, and leases end in between: some are returned, others expire.</summary>
    public void EndAll(TimeSpan within, int seed)
    {
        var random = new Random(seed);
        Instant end = Now + within;
        foreach (QuotaLease lease in _leases.Where(lease => !lease.Returned).OrderBy(_ => random.Next()))
        {
            if (random.Next(2) == 0)
            {
                Now += new TimeSpan(random.NextInt64((end - Now).Ticks + 1));
                Use(lease, random.Next(lease.Permits + 1));
                EndLease(lease);
            }
        }

        Now = end;
    }

    private void Play(Step step)
    {
        switch (step)
        {
            case Step.Advance advance:
                Now += advance.Span;
                break;
            case Step.Acquire acquisition:
                OperationId id = acquisition.Anonymous ? OperationId.None : new(_acquisitions.Count + 1);
                Acquire(script.Questions[acquisition.Question], acquisition.Cost, id, acquisition.Reserve);
                _acquisitions.Add((id, acquisition.Cost));
                break;
            case Step.Repeat repeat when repeat.Back < _acquisitions.Count:
                (OperationId known, int cost) = _acquisitions[^(repeat.Back + 1)];
                Acquire(script.Questions[repeat.Question], cost, known, reserve: false);
                break;
            case Step.Commit commit when commit.Back < _acquisitions.Count:
                _model.Commit(_acquisitions[^(commit.Back + 1)].Id, Now);
                Group.Commit(_acquisitions[^(commit.Back + 1)].Id, Now);
                break;
            case Step.Cancel back when back.Back < _acquisitions.Count:
                _model.Cancel(_acquisitions[^(back.Back + 1)].Id, Now);
                Group.Cancel(_acquisitions[^(back.Back + 1)].Id, Now);
                break;
            case Step.Read read:
                Compare(
                    _model.Read(script.Questions[read.Question], read.Cost, Now),
                    Group.Read(script.Questions[read.Question], read.Cost, Now));
                break;
            case Step.AcquireRest acquisition:
                AcquireRest(script.Questions[acquisition.Question], acquisition.Eighths);
                break;
            case Step.Lease lease:
                Lease(script.Questions[lease.Question], lease.Wanted, lease.Span, new(-1 - _leases.Count));
                break;
            case Step.Use use when use.Back < _leases.Count:
                Use(_leases[^(use.Back + 1)], use.Permits);
                break;
            case Step.AdvanceToEnd to when to.Back < _leases.Count:
                Now = Instant.Max(Now, new((_leases[^(to.Back + 1)].End + to.After).Ticks - to.TicksBefore));
                break;
            case Step.EndLease end when end.Back < _leases.Count:
                EndLease(_leases[^(end.Back + 1)]);
                break;
            case Step.Trim:
                _model.Trim(Now);
                Group.Trim(Now);
                break;
            case Step.Restore:
                var restored = new BucketGroup();
                GroupSnapshot.Restore(restored, GroupSnapshot.Save(Group, Now), Now);
                Group = restored;
                break;
        }
    }

    private void Acquire(GroupRules rules, int cost, OperationId id, bool reserve)
    {
        GroupReply reply = Group.Acquire(rules, cost, Now, id, reserve);
        Compare(_model.Acquire(rules, cost, Now, id, reserve), reply);
        if (reply.Outcome == GroupOutcome.Allowed)
        {
            Uses.Add((Now.Ticks, cost));
            _counted.Add((Now.Ticks, cost));
        }
    }

    private void AcquireRest(GroupRules rules, int eighths)
    {
        GroupReply reply = Group.Read(rules, 1, Now);
        Compare(_model.Read(rules, 1, Now), reply);
        if ((int)((long)reply.Readings[0].Remaining * eighths / 8) is > 0 and int cost)
        {
            Acquire(rules, cost, OperationId.None, reserve: false);
        }
    }

    private void Lease(GroupRules rules, int wanted, TimeSpan span, OperationId id)
    {
        QuotaLeaseReply expected = _model.Lease(rules, wanted, span, id, Now);
        QuotaLeaseReply actual = Group.Lease(rules, wanted, span, id, Now);
        Assert.Equal((expected.Permits, expected.Span), (actual.Permits, actual.Span));
        Compare(expected.Group, actual.Group);
        _leases.Add(new(id, actual.Permits, Now + actual.Span));
    }

    private void Use(QuotaLease lease, int wanted)
    {
        int permits = lease.Returned || Now > lease.End ? 0 : Math.Min(wanted, lease.Permits - lease.Used);
        lease.Used += permits;
        Uses.Add((Now.Ticks, permits));
    }

    private void EndLease(QuotaLease lease)
    {
        _model.EndLease(lease.Id, lease.Used, Now);
        Group.EndLease(lease.Id, lease.Used, Now);
        if (!lease.Returned && Now < lease.End)
        {
            lease.Returned = true;
            _counted.Add((Now.Ticks, lease.Used));
        }
    }

    private sealed class QuotaLease(OperationId id, int permits, Instant end)
    {
        public OperationId Id => id;

        public int Permits => permits;

        public Instant End => end;

        public int Used { get; set; }

        public bool Returned { get; set; }
    }

    private static void Compare(GroupReply expected, GroupReply actual)
    {
        Assert.Equal((expected.Outcome, expected.Notes), (actual.Outcome, actual.Notes));
        for (int i = 0; i < expected.Readings.Count; i++)
        {
            Assert.Equal(expected.Readings[i], actual.Readings[i]);
        }
    }
}
