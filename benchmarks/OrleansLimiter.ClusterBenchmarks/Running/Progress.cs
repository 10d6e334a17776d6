using System.Diagnostics;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Lines on standard error that show how far a measurement is, each with the time since the start of the script, which this process replaces.</summary>
internal static class Progress
{
    public static void Write(string text)
    {
        using var process = Process.GetCurrentProcess();
        TimeSpan elapsed = DateTime.Now - process.StartTime;
        Console.Error.WriteLine($@"{elapsed:hh\:mm\:ss} {text}");
    }

    /// <summary>Writes that a round begins, and an estimate of the remaining time after the first.</summary>
    /// <param name="round">The number of complete rounds.</param>
    /// <param name="rounds">The number of all rounds.</param>
    /// <param name="taken">The duration of the complete rounds.</param>
    public static void WriteRound(int round, int rounds, TimeSpan taken) => Write(
        $"round {round + 1} of {rounds}" + (round == 0 ? "" : $@"; these rounds need another {taken / round * (rounds - round):hh\:mm\:ss}"));
}
