using OrleansLimiter.Testing.Contracts;

namespace OrleansLimiter.Core.Tests;

/// <summary>The embedded store keeps what every store promises.</summary>
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
