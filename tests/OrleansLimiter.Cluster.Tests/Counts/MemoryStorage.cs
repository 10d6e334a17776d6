using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>A grain storage of parts of counts that survives its silos, and fails when a test requests it.</summary>
internal sealed class MemoryStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string Name, GrainId Grain), (byte[] Content, string ETag)> _rows = new();

    public bool Fails { get; set; }

    public int Writes { get; private set; }

    public IEnumerable<byte[]> Parts => _rows.Values.Select(row => row.Content);

    public int PartsOf(GrainId grain) => _rows.Keys.Count(key => key.Grain == grain);

    /// <summary>Replaces the content of every part.</summary>
    public void Change(Func<byte[], byte[]> change)
    {
        foreach (var row in _rows)
        {
            _rows[row.Key] = (change([.. row.Value.Content]), row.Value.ETag);
        }
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Check();
        bool found = _rows.TryGetValue((stateName, grainId), out var row);
        grainState.State = (T)(object)new CountsPartState { Content = found ? row.Content : [] };
        (grainState.ETag, grainState.RecordExists) = (row.ETag, found);
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Check();
        _rows.TryGetValue((stateName, grainId), out var row);
        if (row.ETag != grainState.ETag)
        {
            throw new InconsistentStateException("the store has another state", row.ETag, grainState.ETag);
        }

        byte[] content = ((CountsPartState)(object)grainState.State!).Content;
        grainState.ETag = Guid.NewGuid().ToString();
        grainState.RecordExists = true;
        _rows[(stateName, grainId)] = (content, grainState.ETag);
        Writes++;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();

    private void Check()
    {
        if (Fails)
        {
            throw new IOException("the store is down");
        }
    }
}
