using Orleans;
using Orleans.Runtime;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// One group. It reads the clock, asks Core, keeps the state and answers; each call is over when it returns, so no other
/// can come in between. It stays for as long as the group remembers something: the runtime never collects it, the silo's
/// sweep does.
/// </summary>
[CollectionAgeLimit(AlwaysActive = true)]
public abstract class GroupGrain(IGrainContext context, SiloGroups silo) : IGrainBase, IGroupGrain
{
    private readonly Group _group = new();
    private long _due;
    private bool _living;

    /// <inheritdoc/>
    public IGrainContext GrainContext => context;

    /// <summary>Which kind of group.</summary>
    internal abstract Scope Scope { get; }

    /// <summary>When the sweep need look at it next.</summary>
    internal Instant Due => new(Volatile.Read(ref _due));

    /// <inheritdoc/>
    public Task OnActivateAsync(CancellationToken token)
    {
        _due = silo.Clock.Now.Ticks;
        silo.Add(this);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token)
    {
        silo.Remove(this, _living);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<GroupAnswer> TakeAsync(TakeMessage message)
    {
        if (message.Rules is not { } rules || message.Cost < 1 || (message.Hold && message.TakeId == 0))
        {
            return new(GroupAnswer.NotUnderstood);
        }

        if (!_living && Open(rules, message.Cost) is { } refusal)
        {
            LeaveIfCrowded();
            return new(GroupAnswer.Of(refusal));
        }

        Instant now = silo.Clock.Now;
        GroupReply reply = _group.Take(rules, message.Cost, now, new(message.TakeId), message.Hold);
        KeepUntilDecayed(reply, now, named: message.TakeId != 0);
        return new(GroupAnswer.Of(reply));
    }

    /// <inheritdoc/>
    public ValueTask<GroupAnswer> ConfirmAsync(ConfirmMessage message)
    {
        _group.Confirm(new(message.TakeId), silo.Clock.Now);
        return new(GroupAnswer.Done);
    }

    /// <inheritdoc/>
    public ValueTask<GroupAnswer> ReturnAsync(ReturnMessage message)
    {
        Instant now = silo.Clock.Now;
        _group.Return(new(message.TakeId), now);
        return new(Read(message.Rules, message.Cost, now));
    }

    /// <inheritdoc/>
    public ValueTask<GroupAnswer> ReadAsync(ReadMessage message) =>
        new(Read(message.Rules, message.Cost, silo.Clock.Now));

    /// <inheritdoc/>
    public ValueTask<UsageAnswer> UsageAsync(UsageMessage message)
    {
        string key = this.GetPrimaryKeyString();
        return new(new UsageAnswer(
        [
            .. _group.Usage(silo.Clock.Now).Select(used => new BucketData(
                (byte)Scope, key, RuleData.Of(used.Bucket, used.Rule), ReadingData.Of(used.Reading))),
        ]));
    }

    /// <inheritdoc/>
    public ValueTask<ResetAnswer> ResetAsync(ResetMessage message)
    {
        Instant now = silo.Clock.Now;
        int groups = _living && !_group.Trim(now) ? 1 : 0;
        _group.Reset();
        Volatile.Write(ref _due, now.Ticks);
        return new(new ResetAnswer(groups));
    }

    /// <summary>Drops what has decayed, and ends the activation where nothing is left. Only in a turn of this grain.</summary>
    internal void Trim()
    {
        Instant now = silo.Clock.Now;
        if (Due > now)
        {
            return;
        }

        if (_group.Trim(now))
        {
            End("the group has decayed");
        }
        else
        {
            Volatile.Write(ref _due, (now + SiloGroups.LookAgain).Ticks);
        }
    }

    // The reply where the group must not come to life, because the take could never succeed or the bound is reached.
    private GroupReply? Open(GroupRules rules, int cost)
    {
        GroupReply untouched = Group.ReadUntouched(rules, cost);
        if (untouched.Outcome == GroupOutcome.Refused)
        {
            return untouched;
        }

        _living = silo.TryOpen();
        return _living ? null : GroupReply.Unavailable(GroupNotes.TooManyGroups);
    }

    private GroupAnswer Read(GroupRules? rules, int cost, Instant now)
    {
        if (rules is null || cost < 1)
        {
            return GroupAnswer.NotUnderstood;
        }

        LeaveIfCrowded();
        return GroupAnswer.Of(_group.Read(rules, cost, now));
    }

    // Whoever makes up keys must not fill memory with grains of groups that never came to life.
    private void LeaveIfCrowded()
    {
        if (!_living && silo.IsCrowded)
        {
            End("there are more grains than groups may live");
        }
    }

    // From here on no call reaches this activation: those that wait are passed on to the next one.
    private void End(string why) => context.Deactivate(new(DeactivationReasonCode.ApplicationRequested, why));

    private void KeepUntilDecayed(in GroupReply reply, Instant now, bool named)
    {
        TimeSpan reset = named ? Group.RememberedFor : TimeSpan.Zero;
        for (int i = 0; i < reply.Readings.Count; i++)
        {
            TimeSpan one = reply.Readings[i].Reset;
            reset = one > reset ? one : reset;
        }

        long due = (now + reset).Ticks;
        if (due > _due)
        {
            Volatile.Write(ref _due, due);
        }
    }
}
