namespace OrleansLimiter.Cli;

/// <summary>A share as a bar.</summary>
internal static class Bar
{
    private const int Cells = 20;

    /// <summary>A bar that is full only when all is there, and empty only when nothing is.</summary>
    public static string Of(int part, int whole, bool isTerminal)
    {
        int full = whole <= 0 ? 0 : (int)((long)Math.Min(part, whole) * Cells / whole);
        if (full == 0 && part > 0)
        {
            full = 1;
        }

        // Not every font of a log viewer has blocks.
        return isTerminal
            ? new string('█', full) + new string('░', Cells - full)
            : new string('#', full) + new string('.', Cells - full);
    }
}
