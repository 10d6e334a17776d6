using System.Collections.Concurrent;
using Orleans.Runtime;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// The groups of this silo: which number belongs to which, and which belong to an account. A number names one activation and is never given again, so that it cannot reach the wrong group.
/// </summary>
public sealed class SiloGroupRegistry : ILocalGroups, IDisposable
{
    private readonly ConcurrentDictionary<long, GroupGrain> _grains = new();
    private long _numbers;
    private long _active;

    /// <summary>Creates the registry of a silo.</summary>
    /// <param name="name">The silo's address, as <c>SiloAddress.ToParsableString</c> writes it.</param>
    /// <param name="clock">The limiter's clock; the sweep's timer runs on it as well.</param>
    /// <param name="maxGroups">The bound on living groups, 1 or more.</param>
    public SiloGroupRegistry(string name, LimiterClock clock, int maxGroups = LivingGroups.DefaultMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxGroups, 1);
        (Name, Living) = (name, new(clock, maxGroups, QueueTrims));
    }

    /// <summary>The groups that live, their bound and their sweep.</summary>
    public LivingGroups Living { get; }

    /// <summary>Grains that are active now: those of living groups, and some that were only read.</summary>
    internal long ActiveGrains => Interlocked.Read(ref _active);

    /// <summary>The silo's address as text, the key of its <see cref="ISiloGrain"/>.</summary>
    internal string Name { get; }

    /// <summary>
    /// Whether grains of groups that do not live (they were read, or an acquisition was refused) should go at once instead of with the
    /// next sweep: there are a tenth more grains than groups may live.
    /// </summary>
    internal bool IsCrowded => ActiveGrains > Living.Max + Living.Max / 10;

    /// <summary>Stops the sweep.</summary>
    public void Dispose() => Living.Dispose();

    /// <inheritdoc/>
    BucketGroupEntry? ILocalGroups.Find(GroupAddress address) => address.Silo == Name ? Find(address.Number) : null;

    /// <summary>The group of a number; null where it is gone.</summary>
    internal BucketGroupEntry? Find(long number) => _grains.TryGetValue(number, out GroupGrain? grain) ? grain.Group : null;

    /// <summary>Adds a grain; its number.</summary>
    internal long Add(GroupGrain grain)
    {
        long number = Interlocked.Increment(ref _numbers);
        _grains[number] = grain;
        Interlocked.Increment(ref _active);
        return number;
    }

    internal void Remove(long number)
    {
        if (_grains.TryRemove(number, out _))
        {
            Interlocked.Decrement(ref _active);
        }
    }

    /// <summary>The grains here whose keys begin so. Looks at every one: for administration.</summary>
    internal IEnumerable<GrainId> StartingWith(string prefix) => _grains
        .Select(pair => pair.Value.GrainContext.GrainId)
        .Where(id => id.Key.ToString()!.StartsWith(prefix, StringComparison.Ordinal));

    // A group is ended in a turn of its own grain, so that no call reaches the activation between the end of the group and its own.
    // A grain whose group cannot have decayed yet is given no turn.
    private void QueueTrims()
    {
        Instant now = Living.Clock.Now;
        foreach ((_, GroupGrain grain) in _grains)
        {
            if (grain.Group.Due <= now)
            {
                grain.GrainContext.Scheduler.QueueAction(static state => ((GroupGrain)state).Trim(), grain);
            }
        }
    }
}
