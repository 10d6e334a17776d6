using Orleans;
using Orleans.Runtime;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// One group. It stays for as long as the group remembers something: the runtime never collects it, the silo's sweep does.
/// Calls come here while a front-end does not know the group's number; from then on they go past the grain, to the group.
/// </summary>
[CollectionAgeLimit(AlwaysActive = true)]
public abstract class GroupGrain(IGrainContext context, SiloGroups silo) : IGrainBase, IGroupGrain
{
    private bool _counted;
    private long _number;

    /// <inheritdoc/>
    public IGrainContext GrainContext => context;

    /// <summary>Which kind of group.</summary>
    internal abstract Scope Scope { get; }

    /// <summary>The group.</summary>
    internal LivingGroup Group { get; } = new(silo.Clock);

    /// <inheritdoc/>
    public Task OnActivateAsync(CancellationToken token)
    {
        _number = silo.Add(this);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token)
    {
        Group.End();
        silo.Remove(_number, _counted);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<GroupAnswer> TakeAsync(TakeMessage message)
    {
        GroupAsk ask = message.ToAsk();
        if (!ask.IsUnderstood)
        {
            return new(GroupAnswer.NotUnderstood);
        }

        if (Group.TryAsk(ask, out GroupReply reply))
        {
            return new(Found(reply));
        }

        if (Open(ask) is { } refusal)
        {
            LeaveIfCrowded();
            return new(GroupAnswer.Of(refusal));
        }

        return new(Found(Group.AskFirst(ask)));
    }

    /// <inheritdoc/>
    public ValueTask<GroupAnswer> ConfirmAsync(ConfirmMessage message)
    {
        Group.TryAsk(message.ToAsk(), out _);
        return new(GroupAnswer.Done);
    }

    /// <inheritdoc/>
    public ValueTask<GroupAnswer> ReturnAsync(ReturnMessage message) => new(Read(message.ToAsk()));

    /// <inheritdoc/>
    public ValueTask<GroupAnswer> ReadAsync(ReadMessage message) => new(Read(message.ToAsk()));

    /// <inheritdoc/>
    public ValueTask<UsageAnswer> UsageAsync(UsageMessage message)
    {
        string key = this.GetPrimaryKeyString();
        return new(new UsageAnswer(
        [
            .. Group.Usage().Select(used => new BucketData(
                (byte)Scope, key, RuleData.Of(used.Bucket, used.Rule), ReadingData.Of(used.Reading))),
        ]));
    }

    /// <inheritdoc/>
    public ValueTask<ResetAnswer> ResetAsync(ResetMessage message) => new(new ResetAnswer(Group.Clear() ? 1 : 0));

    /// <summary>Drops what has decayed, and ends the activation where nothing is left. Only in a turn of this grain.</summary>
    internal void Trim()
    {
        if (Group.TryEnd(SiloGroups.LookAgain))
        {
            End("the group has decayed");
        }
    }

    // The reply where the group must not come to life, because the take could never succeed or the bound is reached.
    private GroupReply? Open(in GroupAsk ask)
    {
        GroupReply untouched = OrleansLimiter.Group.ReadUntouched(ask.Rules!, ask.Cost);
        if (untouched.Outcome == GroupOutcome.Refused)
        {
            return untouched;
        }

        _counted = silo.TryOpen();
        return _counted ? null : GroupReply.Unavailable(GroupNotes.TooManyGroups);
    }

    private GroupAnswer Read(in GroupAsk ask)
    {
        if (!ask.IsUnderstood)
        {
            return GroupAnswer.NotUnderstood;
        }

        if (Group.TryAsk(ask, out GroupReply reply))
        {
            return Found(reply);
        }

        LeaveIfCrowded();
        return GroupAnswer.Of(OrleansLimiter.Group.ReadUntouched(ask.Rules!, ask.Cost));
    }

    private GroupAnswer Found(in GroupReply reply) => GroupAnswer.Of(reply) with { Home = new(silo.Name, _number) };

    // Whoever makes up keys must not fill memory with grains of groups that never came to life.
    private void LeaveIfCrowded()
    {
        if (!Group.Lives && silo.IsCrowded)
        {
            End("there are more grains than groups may live");
        }
    }

    // From here on no call reaches this activation: those that wait are passed on to the next one.
    private void End(string why) => context.Deactivate(new(DeactivationReasonCode.ApplicationRequested, why));
}
