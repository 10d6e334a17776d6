namespace OrleansLimiter.Cli;

/// <summary>Draws a fraction as a bar.</summary>
internal static class Bar
{
    private const int Cells = 20;

    /// <summary>Returns a bar that is full only for the whole, and empty only for nothing.</summary>
    public static string Of(int part, int whole, bool isTerminal)
    {
        int full = whole <= 0 ? 0 : (int)Math.Max((long)Math.Min(part, whole) * Cells / whole, Math.Min(part, 1));

        // Log viewers may have fonts without block characters.
        return isTerminal
            ? new string('█', full) + new string('░', Cells - full)
            : new string('#', full) + new string('.', Cells - full);
    }
}
