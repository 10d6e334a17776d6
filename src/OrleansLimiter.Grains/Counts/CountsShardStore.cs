using Orleans.Storage;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>A shard in grain storage. The version check of the storage lets only one of several writers write. Not thread-safe.</summary>
internal sealed class CountsShardStore(IGrainStorage storage, int number, LimiterClock clock)
{
    /// <summary>The number of shards: 64. It is a part of the stored data and can never change.</summary>
    public const int Shards = 64;

    /// <summary>The type of the grains, which is a part of their keys in the storage.</summary>
    public const string GrainTypeName = "counts";

    private readonly GrainId _id = GrainId.Create(GrainType.Create(GrainTypeName), GrainIdKeyExtensions.CreateIntegerKey(number));
    private readonly List<GrainState<CountsPartState>> _stored = [];
    private CountsShard? _shard;

    /// <summary>The shard of an account's groups.</summary>
    public static int Of(ulong account) => (int)(account % Shards);

    /// <summary>Reads the bytes of all parts.</summary>
    public async Task<List<byte[]>> ReadAsync()
    {
        _stored.Clear();
        while (true)
        {
            var part = new GrainState<CountsPartState>(new());
            await storage.ReadStateAsync(NameOf(_stored.Count), _id, part).ConfigureAwait(false);
            if (!part.RecordExists)
            {
                return [.. _stored.Select(each => each.State!.Content)];
            }

            _stored.Add(part);
        }
    }

    /// <summary>Stores the states of messages. The shard is read first, unless this object has read it already.</summary>
    /// <exception cref="NotSupportedException">A newer version has written the shard. Nothing is stored.</exception>
    /// <exception cref="Exception">The storage failed. The next call reads the shard again.</exception>
    public async Task<int> StoreAsync(IReadOnlyList<CountsMessage> messages)
    {
        try
        {
            _shard ??= await LoadAsync().ConfigureAwait(false);
            int tooLong = messages.Sum(_shard.Apply);
            foreach (int part in _shard.Dirty.ToList())
            {
                await WriteAsync(part, _shard.Write(part)).ConfigureAwait(false);
            }

            return tooLong;
        }
        catch
        {
            _shard = null;
            throw;
        }
    }

    private async Task<CountsShard> LoadAsync()
    {
        var shard = new CountsShard(clock);
        foreach (byte[] content in await ReadAsync().ConfigureAwait(false))
        {
            try
            {
                shard.Read(content);
            }
            catch (FormatException)
            {
                // What was damaged is logged by the silos, which read the shard as well, and is replaced by the next write.
            }
        }

        return shard;
    }

    private async Task WriteAsync(int part, byte[] content)
    {
        if (part == _stored.Count)
        {
            _stored.Add(new(new()));
        }

        GrainState<CountsPartState> state = _stored[part];
        state.State = new() { Content = content };
        await storage.WriteStateAsync(NameOf(part), _id, state).ConfigureAwait(false);
    }

    private static string NameOf(int part) => $"part-{part}";
}
