namespace OrleansLimiter;

/// <summary>
/// The exact speed at which a leaky or token bucket drains: <c>permits/window</c> as a reduced fraction. One permit
/// weighs <see cref="PermitWeight"/> units and <see cref="PerTick"/> units drain in each tick of 100 ns, so a level
/// is a whole number and nothing is ever rounded away.
/// </summary>
internal readonly record struct LeakRate(long PerTick, long PermitWeight)
{
    // Half of 64 bits, so that a level plus a cost still fits.
    private const long MaxLevel = 1L << 62;

    public static string? Validate(int permits, TimeSpan window, int capacity) =>
        (Int128)capacity * Of(permits, window).PermitWeight > MaxLevel
            ? $"a capacity of {capacity} with {permits} permits per {window} cannot be counted exactly in 64 bits; "
                + "choose permits that divide the window more evenly, a smaller capacity or a shorter window"
            : null;

    public static LeakRate Of(int permits, TimeSpan window)
    {
        if (permits == 0)
        {
            return new(1, 1);
        }

        long shared = (long)System.Numerics.BigInteger.GreatestCommonDivisor(permits, window.Ticks);
        return new(permits / shared, window.Ticks / shared);
    }
}
