using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>Other processes cannot be awaited, only asked again and again. A test says until when, and fails past that.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is yes; how long that took.</summary>
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
