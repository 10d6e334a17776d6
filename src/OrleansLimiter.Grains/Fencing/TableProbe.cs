namespace OrleansLimiter.Grains;

/// <summary>Finds out whether the membership table can be read, at most once per second.</summary>
internal sealed class TableProbe(IMembershipTable table, LimiterClock clock)
{
    /// <summary>The time between two reads, and the maximum time of a read: 1 s.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Throttle _reads = new(clock, Period);

    /// <summary>Returns whether the table could be read; null if it was read less than <see cref="Period"/> ago.</summary>
    public async Task<bool?> TryReadAsync()
    {
        if (!_reads.TryPass())
        {
            return null;
        }

        using var end = new CancellationTokenSource(Period, clock.Time);
        try
        {
            // Some providers do not use the token.
            await Task.Run(() => table.ReadAllAsync(end.Token), end.Token).WaitAsync(end.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }
}
