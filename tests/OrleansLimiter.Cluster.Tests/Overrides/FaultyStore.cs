using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>A grain storage that survives its silos, and fails when a test requests it.</summary>
internal sealed class FaultyStore : IGrainStorage
{
    private readonly ConcurrentDictionary<long, (uint Version, byte[] Content, string ETag)> _rows = new();

    public bool FailsReads { get; set; }

    public bool FailsWrites { get; set; }

    /// <summary>Whether a write that is reported as failed is stored.</summary>
    public bool LosesAnswers { get; set; }

    public (uint Version, byte[] Content) this[long shard]
    {
        get => _rows.TryGetValue(shard, out var row) ? (row.Version, row.Content) : (0, []);
        set => _rows[shard] = (value.Version, value.Content, Guid.NewGuid().ToString());
    }

    public void Clear(long shard) => _rows.TryRemove(shard, out _);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (FailsReads)
        {
            throw new IOException("the store is down");
        }

        Assert.Equal("overrides", stateName);
        bool found = _rows.TryGetValue(Key(grainId), out var row);
        grainState.State = (T)(object)(found ? new OverrideShardState { Version = row.Version, Content = row.Content } : new());
        (grainState.ETag, grainState.RecordExists) = (row.ETag, found);
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (FailsWrites)
        {
            throw new IOException("the store is down");
        }

        bool found = _rows.TryGetValue(Key(grainId), out var row);
        if (row.ETag != grainState.ETag)
        {
            throw new InconsistentStateException("the store has another state", row.ETag, grainState.ETag);
        }

        var state = (OverrideShardState)(object)grainState.State!;
        var written = (state.Version, state.Content, Guid.NewGuid().ToString());
        _rows[Key(grainId)] = written;
        if (LosesAnswers)
        {
            throw new TimeoutException("the store has not answered");
        }

        (grainState.ETag, grainState.RecordExists) = (written.Item3, true);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();

    private static long Key(GrainId id) => id.GetIntegerKey();
}
