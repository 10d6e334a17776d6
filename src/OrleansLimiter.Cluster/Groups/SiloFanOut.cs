using Orleans;
using Orleans.Runtime;

namespace OrleansLimiter.Cluster;

/// <summary>Asks every silo about an account, for administration: which of its groups live where is written nowhere else.</summary>
internal sealed class SiloFanOut(IGrainFactory grains)
{
    public async ValueTask<IReadOnlyList<BucketUsage>> UsageAsync(Account account)
    {
        var message = new UsageMessage(GroupGrainKey.Prefix(account));
        UsageReply[] answers = await AskAllAsync(silo => silo.UsageAsync(message)).ConfigureAwait(false);
        return [.. answers.SelectMany(answer => answer.Buckets).Select(ToUsage).OfType<BucketUsage>()];
    }

    public async ValueTask<int> ResetAsync(Account account)
    {
        var message = new ResetMessage(GroupGrainKey.Prefix(account));
        ResetReply[] answers = await AskAllAsync(silo => silo.ResetAsync(message)).ConfigureAwait(false);
        return answers.Sum(answer => answer.Groups);
    }

    // A bucket of an algorithm or a scope that only a newer silo knows cannot be shown.
    private static BucketUsage? ToUsage(BucketData bucket) => bucket.Rule.ToRule() is { } rule && ScopeDescriptor.Find((Scope)bucket.Scope) is not null
        ? new(GroupGrainKey.Parse((Scope)bucket.Scope, bucket.Group), bucket.Rule.Bucket, rule, bucket.Reading.ToReading())
        : null;

    // All are waited for, also when one has failed: when the failure is thrown, every reset has ended.
    private async Task<TReply[]> AskAllAsync<TReply>(Func<ISiloGrain, Task<TReply>> ask)
    {
        List<Task<TReply>> asked = [];
        try
        {
            Dictionary<SiloAddress, SiloStatus> silos =
                await grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true).ConfigureAwait(false);
            asked.AddRange(silos.Keys.Select(silo => ask(grains.GetGrain<ISiloGrain>(silo.ToParsableString()))));
            return await Task.WhenAll(asked).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            int answered = asked.Count(one => one.IsCompletedSuccessfully);
            throw new BucketStoreUnavailableException(
                asked.Count == 0
                    ? "no silo could be asked"
                    : $"{answered} of {asked.Count} silos answered",
                failure);
        }
    }
}
