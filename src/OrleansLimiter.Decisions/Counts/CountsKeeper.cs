namespace OrleansLimiter.Decisions;

/// <summary>Keeps the counts of an in-process store in a file: restores them once, then writes what has changed. Not thread-safe.</summary>
/// <param name="file">The file.</param>
/// <param name="store">The store.</param>
/// <param name="clock">The clock of the store.</param>
/// <param name="limits">The limits whose counts are kept.</param>
internal sealed class CountsKeeper(CountsFile file, InProcessBucketStore store, LimiterClock clock, KeptLimits limits) : IDisposable
{
    /// <summary>The shortest time between two writes: 1 s.</summary>
    public static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The shortest time between two writes, as a multiple of the duration of the last one: 20, so that writing takes at most 5 %.
    /// </summary>
    public const int IdlePerWrite = 20;

    // More than the age of any count. It bounds the numbers that a wrong clock produces.
    private static readonly TimeSpan MaxAge = 2 * Rule.MaxWindow;

    private TimeSpan _lastDuration;

    /// <summary>The file.</summary>
    public string Path => file.Path;

    /// <summary>The length of the file in bytes.</summary>
    public long FileLength => file.Length;

    /// <summary>Whether the file can be written. If not, counts are not kept.</summary>
    public bool IsKept { get; private set; }

    /// <summary>The time until the next write.</summary>
    public TimeSpan Interval => Max(MinInterval, IdlePerWrite * _lastDuration);

    /// <summary>A crash loses at most the permits that were acquired within this time: the interval, and the writes at both ends.</summary>
    public TimeSpan LossBound => Interval + (2 * _lastDuration);

    /// <summary>Continues the groups of the file, and begins to keep counts. Call it once, before the store is used.</summary>
    /// <exception cref="CountsFileException">The file exists but cannot be used, or another process uses it.</exception>
    public CountsRestored Restore()
    {
        _ = store.Returned;
        string? error = Try(file.Lock);
        var records = new Dictionary<GroupKey, CountsRecord>();
        CountsReader reader = file.Load(records);
        CountsRestored restored = Restore(records.Values) with { CutBytes = reader.CutBytes };
        bool isDamaged = reader.IsDamaged || restored.Unreadable > 0;
        error ??= Try(() =>
        {
            restored = restored with { Copy = isDamaged ? file.Copy() : null };
            if (isDamaged || reader.ValidLength == 0)
            {
                Replace();
            }
            else
            {
                file.Continue(reader.ValidLength, restored.Bytes);
            }
        });
        IsKept = error is null;
        return restored with { IsDamaged = isDamaged, Error = error };
    }

    /// <summary>Writes the states of all groups that have changed since the last write, to the disk.</summary>
    /// <exception cref="IOException">The file could not be written. The next call writes all states.</exception>
    /// <exception cref="UnauthorizedAccessException">The process has no permission to write the file.</exception>
    public void Write()
    {
        long began = clock.Time.GetTimestamp();
        try
        {
            if (file.NeedsReplacement)
            {
                Replace();
            }
            else
            {
                Append();
            }
        }
        catch
        {
            file.Abandon();
            throw;
        }
        finally
        {
            _lastDuration = clock.Time.GetElapsedTime(began);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static string? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception error) when (error is UnauthorizedAccessException || (error is IOException and not CountsFileException))
        {
            return error.Message;
        }
    }

    // UTC is read first, and a clock that went backwards counts as no time, so that counts never decay too early.
    private CountsRestored Restore(IEnumerable<CountsRecord> records)
    {
        var restored = new CountsRestored();
        var rules = new RulesPool();
        DateTimeOffset utcNow = clock.UtcNow;
        Instant now = clock.Now;
        foreach (CountsRecord record in records.Where(record => record.State is not null))
        {
            var elapsed = TimeSpan.FromTicks(Math.Clamp(utcNow.UtcTicks - record.At.UtcTicks, 0, MaxAge.Ticks));
            try
            {
                RestoreOutcome outcome = store.Restore(
                    record.Key, record.State!, now - elapsed, record.CountsForAccount, limits.Of(record.Key.Policy), rules);
                restored = outcome switch
                {
                    RestoreOutcome.Restored => restored with
                    {
                        Groups = restored.Groups + 1,
                        Bytes = restored.Bytes + CountsFormat.PrefixLength + record.State!.Length,
                    },
                    RestoreOutcome.BoundReached => restored with { OverBound = restored.OverBound + 1 },
                    _ => restored,
                };
            }
            catch (FormatException)
            {
                restored = restored with { Unreadable = restored.Unreadable + 1 };
            }
        }

        return restored;
    }

    private void Append()
    {
        file.BeginAppend();
        var moment = new Moment(clock);
        while (store.Returned.TryDequeue(out GroupKey key))
        {
            file.Write(new(key, moment.Utc(clock.Now), null, false));
            if (store.TryFind(key, out BucketGroupEntry? newer))
            {
                newer!.TakeAgain();
            }
        }

        foreach ((GroupKey key, BucketGroupEntry entry) in store.Groups)
        {
            if (entry.HasChanges)
            {
                bool returned = entry.TakeState(
                    limits.Of(key.Policy), clock, out byte[]? state, out Instant at, out bool countsForAccount);
                if (returned || state is not null)
                {
                    file.Write(new(key, moment.Utc(at), state, countsForAccount));
                }
            }
        }

        file.End();
    }

    private void Replace()
    {
        file.BeginReplace();
        store.Returned.Clear();
        var moment = new Moment(clock);
        foreach ((GroupKey key, BucketGroupEntry entry) in store.Groups)
        {
            entry.TakeState(limits.Of(key.Policy), clock, out byte[]? state, out Instant at, out bool countsForAccount);
            if (state is not null)
            {
                file.Write(new(key, moment.Utc(at), state, countsForAccount));
            }
        }

        file.End();
    }

    // Both clocks at one moment. UTC is read last, so that a state is never older in the file than it is.
    private readonly struct Moment(LimiterClock clock)
    {
        private readonly Instant _now = clock.Now;
        private readonly DateTimeOffset _utcNow = clock.UtcNow;

        public DateTimeOffset Utc(Instant at) => _utcNow + (at - _now);
    }
}

/// <summary>The result of <see cref="CountsKeeper.Restore()"/>.</summary>
internal sealed record CountsRestored
{
    /// <summary>The number of groups that continue.</summary>
    public int Groups { get; init; }

    /// <summary>The number of groups that start empty, because the bound on living groups is reached.</summary>
    public int OverBound { get; init; }

    /// <summary>The number of groups whose state cannot be interpreted.</summary>
    public int Unreadable { get; init; }

    /// <summary>The length of the states of all groups that continue.</summary>
    public long Bytes { get; init; }

    /// <summary>The number of bytes that a crash left at the end.</summary>
    public long CutBytes { get; init; }

    /// <summary>Whether the file is damaged before its end. Everything that can be read is used.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>The copy of a damaged file; null if there is none.</summary>
    public string? Copy { get; init; }

    /// <summary>Why the file cannot be written, so that counts are not kept; null if it can be written.</summary>
    public string? Error { get; init; }
}
