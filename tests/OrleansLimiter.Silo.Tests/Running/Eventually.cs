using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>Polls other processes, which cannot be awaited. A test fails after its timeout.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Polls until the condition is true, and returns how long that took.</summary>
    public static async Task<TimeSpan> TrueAsync(Func<Task<bool>> ask, TimeSpan within, string what, Func<string>? more = null)
    {
        long began = Stopwatch.GetTimestamp();
        while (!await ask())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < within, $"{what}: not within {within.TotalSeconds} s. {more?.Invoke()}");
            await Task.Delay(Pause);
        }

        return Stopwatch.GetElapsedTime(began);
    }
}
