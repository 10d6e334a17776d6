namespace OrleansLimiter;

/// <summary>
/// The exact rate at which a leaky or token bucket drains: <c>permits/window</c> as a reduced fraction. One permit has <see
/// cref="PermitWeight"/> units, and <see cref="PerTick"/> units drain in each tick of 100 ns, so a level is a whole number.
/// </summary>
internal readonly record struct LeakRate(long PerTick, long PermitWeight)
{
    // A level plus a cost must fit into 64 bits.
    private const long MaxLevel = 1L << 62;

    public static string? Validate(int permits, TimeSpan window, int capacity) =>
        (Int128)capacity * Of(permits, window).PermitWeight > MaxLevel
            ? $"a capacity of {capacity} with {permits} permits per {window} cannot be counted exactly in 64 bits; "
                + "choose permits that divide the window more evenly, a smaller capacity or a shorter window"
            : null;

    public static LeakRate Of(int permits, TimeSpan window)
    {
        long divisor = (long)System.Numerics.BigInteger.GreatestCommonDivisor(permits, window.Ticks);
        return permits == 0 ? new(1, 1) : new(permits / divisor, window.Ticks / divisor);
    }
}
