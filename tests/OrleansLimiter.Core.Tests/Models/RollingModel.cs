namespace OrleansLimiter.Core.Tests.Models;

/// <summary>
/// A list of acquisitions, each counting for one window from its recorded time, which is never early and never in the future. Up to
/// 4,096 permits there is a grid, the smallest power of ten ticks of which at most 4,000,000,000 fit into the window. An acquisition is
/// recorded at the next grid time, or, if none has passed since, at the time of the latest acquisition. Above 4,096 permits there are
/// slots of a 63rd of the window, and an acquisition is recorded at the time of the latest one in its slot. A canceled acquisition
/// stays in the list with the cost 0.
/// </summary>
internal sealed class RollingModel(Rule rule, List<(long At, int Cost)> acquisitions) : ModelBucket(rule)
{
    private readonly List<(long At, int Cost)> _acquisitions = acquisitions;

    // An expired acquisition stays expired, although the grid would record it later from now on.
    public override void Acquire(int cost, Instant now)
    {
        long[] setDown = [.. _acquisitions.Select(acquisition => SetDown(acquisition.At))];
        for (int i = _acquisitions.Count - 1; i >= 0; i--)
        {
            if (Wait(setDown[i], now) <= TimeSpan.Zero)
            {
                _acquisitions.RemoveAt(i);
            }
        }

        _acquisitions.Add((now.Ticks, cost));
    }

    public override int Remaining(Instant now) => Rule.Capacity - Living(now).Sum(acquisition => acquisition.Cost);

    public override TimeSpan Reset(Instant now) =>
        Living(now).Select(acquisition => Wait(acquisition.Time, now)).DefaultIfEmpty().Max();

    public override TimeSpan RetryAfter(int cost, Instant now)
    {
        int missing = cost - Remaining(now);
        foreach ((long time, int used) in Living(now).OrderBy(acquisition => acquisition.Time))
        {
            if ((missing -= used) <= 0)
            {
                return Wait(time, now);
            }
        }

        throw new InvalidOperationException("the cost is above the capacity");
    }

    public override ModelBucket Under(Rule next, Instant now)
    {
        if (next.Algorithm != Algorithm.RollingWindow)
        {
            return Of(next);
        }

        if (next.Window == Rule.Window && IsLogged(next) == IsLogged(Rule) && next.Capacity >= Living(now).Sum(acquisition => acquisition.Cost))
        {
            return new RollingModel(next, _acquisitions);
        }

        int free = next.Capacity;
        var kept = new List<(long, int)>();
        foreach ((long time, int used) in Living(now).OrderByDescending(acquisition => acquisition.Time))
        {
            int fits = Math.Min(free, used);
            free -= fits;
            if (fits > 0 && time + next.Window.Ticks >= now.Ticks)
            {
                kept.Add((time, fits));
            }
        }

        kept.Reverse();
        return new RollingModel(next, kept);
    }

    /// <summary>The ticks by which an acquisition can be recorded late, minus one.</summary>
    public static long Step(Rule rule) => IsLogged(rule)
        ? Enumerable.Range(0, 18).Select(power => (long)Math.Pow(10, power)).First(step => rule.Window.Ticks / step <= 4_000_000_000)
        : (rule.Window.Ticks + 62) / 63;

    private static bool IsLogged(Rule rule) => rule.Capacity <= 4096;

    private long SetDown(long at)
    {
        decimal step = Step(Rule);
        if (!IsLogged(Rule))
        {
            return _acquisitions.Where(acquisition => Math.Floor(acquisition.At / step) == Math.Floor(at / step)).Max(acquisition => acquisition.At);
        }

        long latest = _acquisitions.Max(acquisition => acquisition.At);
        return Math.Min((long)(Math.Ceiling(at / step) * step), latest);
    }

    private TimeSpan Wait(long time, Instant now) => new(time + Rule.Window.Ticks - now.Ticks);

    private IEnumerable<(long Time, int Cost)> Living(Instant now) => _acquisitions
        .Where(acquisition => acquisition.Cost > 0).Select(acquisition => (Time: SetDown(acquisition.At), acquisition.Cost))
        .Where(acquisition => Wait(acquisition.Time, now) > TimeSpan.Zero);
}
