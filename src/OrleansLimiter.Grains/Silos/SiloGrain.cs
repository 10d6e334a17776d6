using Orleans;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>Answers for the groups of its silo. It asks their grains, so it sees each between two of its calls.</summary>
[GrainType("silo"), SiloPlacement]
public sealed class SiloGrain(SiloGroups silo, IGrainFactory grains) : Grain, ISiloGrain
{
    /// <inheritdoc/>
    public async Task<UsageAnswer> UsageAsync(UsageMessage message)
    {
        var all = new UsageMessage("");
        UsageAnswer[] answers = await Task.WhenAll(GroupsOf(message.Prefix).Select(group => group.UsageAsync(all).AsTask()));
        return new([.. answers.SelectMany(answer => answer.Buckets)]);
    }

    /// <inheritdoc/>
    public async Task<ResetAnswer> ResetAsync(ResetMessage message)
    {
        var all = new ResetMessage("");
        ResetAnswer[] answers = await Task.WhenAll(GroupsOf(message.Prefix).Select(group => group.ResetAsync(all).AsTask()));
        return new(answers.Sum(answer => answer.Groups));
    }

    private IEnumerable<IGroupGrain> GroupsOf(string prefix) =>
        silo.StartingWith(prefix).Select(id => grains.GetGrain(id).AsReference<IGroupGrain>());
}
