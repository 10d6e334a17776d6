using System.Collections.Concurrent;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>The states of one pass for one shard.</summary>
internal sealed class CountsBatch
{
    private readonly List<byte[]> _frames = [];
    private readonly List<(GroupGrain Grain, bool Returned)> _sent = [];
    private readonly List<byte[]> _ended = [];
    private readonly ReplicaFrameWriter _frame = new();

    /// <summary>The number of states.</summary>
    public int Count { get; private set; }

    /// <summary>Returns the batch of a group's shard.</summary>
    public static CountsBatch Of(Dictionary<int, CountsBatch> batches, byte[] name)
    {
        int shard = CountsShardStore.Of(AccountHash.OfGrain(name.AsSpan(1)));
        if (!batches.TryGetValue(shard, out CountsBatch? batch))
        {
            batches[shard] = batch = new();
        }

        return batch;
    }

    /// <summary>Adds a state.</summary>
    public void Add(byte[] name, in GroupReplica state, Instant now, bool replaces, GroupGrain? grain)
    {
        ReplicaFlags flags = (state.CountsForAccount ? ReplicaFlags.CountsForAccount : ReplicaFlags.None)
            | (replaces ? ReplicaFlags.Replaces : ReplicaFlags.None);
        Add(new(name, state.State, now - state.At, state.DecaysAt - now, 0, flags));
        if (grain is not null)
        {
            _sent.Add((grain, state.Returned));
        }
    }

    /// <summary>Adds a group that has ended, so that its state is removed.</summary>
    public void AddEnded(byte[] name)
    {
        Add(new(name, default, TimeSpan.Zero, TimeSpan.Zero, 0, ReplicaFlags.Replaces));
        _ended.Add(name);
    }

    /// <summary>Returns the frames, each for a message.</summary>
    public IReadOnlyList<byte[]> Take()
    {
        if (_frame.Count > 0)
        {
            _frames.Add(_frame.Take());
        }

        return _frames;
    }

    /// <summary>Nothing was stored: the next pass sends the groups again.</summary>
    public void Return(ConcurrentQueue<byte[]> ended)
    {
        _ended.ForEach(ended.Enqueue);
        foreach ((GroupGrain grain, bool returned) in _sent)
        {
            grain.Group.MarkNotStored(returned);
            grain.IsStored = true;
        }
    }

    private void Add(in ReplicaRecord record)
    {
        _frame.Add(record);
        Count++;
        if (_frame.Length >= CountsSender.MaxMessage)
        {
            _frames.Add(_frame.Take());
        }
    }
}
