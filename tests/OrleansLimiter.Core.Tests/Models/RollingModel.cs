namespace OrleansLimiter.Core.Tests.Models;

/// <summary>
/// A list of takes, each counting for one window from the time it is set down as: on a grid, never early. Up to 4,096
/// permits the grid is the smallest power of ten ticks of which at most 60,000 fit into the window, and a take is set
/// down at the grid time that is not before it; above, it is a 63rd of the window and a take is set down at the end of
/// its slot.
/// </summary>
internal sealed class RollingModel(Rule rule, List<(long Time, int Cost)> takes) : ModelBucket(rule)
{
    private readonly List<(long Time, int Cost)> _takes = takes;

    public override void Take(int cost, Instant now) => _takes.Add((SetDown(Rule, now.Ticks), cost));

    public override int Remaining(Instant now) => Rule.Capacity - Living(now).Sum(take => take.Cost);

    public override TimeSpan Reset(Instant now) =>
        Living(now).Select(take => Wait(take.Time, now)).DefaultIfEmpty().Max();

    public override TimeSpan RetryAfter(int cost, Instant now)
    {
        int missing = cost - Remaining(now);
        foreach ((long time, int taken) in Living(now).OrderBy(take => take.Time))
        {
            if ((missing -= taken) <= 0)
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

        // A slot is handed on as its last tick, so that the same grid finds it again.
        int room = next.Capacity;
        long back = IsLogged(Rule) ? 0 : 1;
        var kept = new List<(long, int)>();
        foreach ((long time, int cost) in Living(now).OrderByDescending(take => take.Time))
        {
            long at = Math.Min(time - back, now.Ticks);
            int fits = Math.Min(room, cost);
            room -= fits;
            if (fits > 0 && at + next.Window.Ticks >= now.Ticks)
            {
                kept.Add((SetDown(next, at), fits));
            }
        }

        kept.Reverse();
        return new RollingModel(next, kept);
    }

    public static long Step(Rule rule) => IsLogged(rule)
        ? Enumerable.Range(0, 18).Select(power => (long)Math.Pow(10, power)).First(step => rule.Window.Ticks / step <= 60_000)
        : (rule.Window.Ticks + 62) / 63;

    private static long SetDown(Rule rule, long at)
    {
        decimal step = Step(rule);
        return (long)(IsLogged(rule) ? Math.Ceiling(at / step) * step : (Math.Floor(at / step) + 1) * step);
    }

    private static bool IsLogged(Rule rule) => rule.Capacity <= 4096;

    private TimeSpan Wait(long time, Instant now) => new(time + Rule.Window.Ticks - now.Ticks);

    private IEnumerable<(long Time, int Cost)> Living(Instant now) => _takes.Where(take => Wait(take.Time, now) > TimeSpan.Zero);
}
