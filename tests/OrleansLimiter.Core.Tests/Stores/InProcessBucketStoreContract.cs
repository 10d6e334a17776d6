using OrleansLimiter.Testing.Contracts;

namespace OrleansLimiter.Core.Tests;

/// <summary>The contract of a bucket store, for the in-process store.</summary>
public sealed class InProcessBucketStoreContract : BucketStoreContract
{
    private InProcessBucketStore? _groups;

    public override ValueTask DisposeAsync()
    {
        _groups?.Dispose();
        return base.DisposeAsync();
    }

    protected override Task<IBucketStore> StartAsync(FakeTime time) =>
        Task.FromResult<IBucketStore>(_groups = new InProcessBucketStore(new(time)));
}
