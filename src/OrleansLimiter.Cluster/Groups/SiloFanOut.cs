using Orleans.Runtime;

namespace OrleansLimiter.Cluster;

/// <summary>Calls every silo, for administration of an account. There is no directory of the groups of an account.</summary>
internal sealed class SiloFanOut(IGrainFactory grains)
{
    public async ValueTask<IReadOnlyList<BucketUsage>> UsageAsync(Account account)
    {
        var message = new UsageMessage(GroupGrainKey.Prefix(account));
        UsageReply[] replies = await CallAllAsync(silo => silo.UsageAsync(message)).ConfigureAwait(false);
        return [.. replies.SelectMany(reply => reply.Buckets).Select(ToUsage).OfType<BucketUsage>()];
    }

    public async ValueTask<int> ResetAsync(Account account)
    {
        var message = new ResetMessage(GroupGrainKey.Prefix(account));
        ResetReply[] replies = await CallAllAsync(silo => silo.ResetAsync(message)).ConfigureAwait(false);
        return replies.Sum(reply => reply.Groups);
    }

    // Null for a bucket whose algorithm or scope this version does not support, because the silo has a newer version.
    private static BucketUsage? ToUsage(BucketData bucket) =>
        bucket.Rule.ToRule() is { } rule && ScopeDescriptor.Find((Scope)bucket.Scope) is not null
        ? new(GroupGrainKey.Parse((Scope)bucket.Scope, bucket.Group), bucket.Rule.Bucket, rule, bucket.Reading.ToReading())
        : null;

    // Waits for all calls, also if one fails: when the exception is thrown, every reset has ended.
    private async Task<TReply[]> CallAllAsync<TReply>(Func<ISiloGrain, Task<TReply>> call)
    {
        List<Task<TReply>> calls = [];
        try
        {
            Dictionary<SiloAddress, SiloStatus> silos =
                await grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true).ConfigureAwait(false);
            calls.AddRange(silos.Keys.Select(silo => call(grains.GetGrain<ISiloGrain>(silo.ToParsableString()))));
            return await Task.WhenAll(calls).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            int replied = calls.Count(task => task.IsCompletedSuccessfully);
            throw new BucketStoreUnavailableException(
                calls.Count == 0 ? "no silo could be called" : $"{replied} of {calls.Count} silos replied", failure);
        }
    }
}
