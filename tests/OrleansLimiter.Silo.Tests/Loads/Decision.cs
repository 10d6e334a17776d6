using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>A request and its answer.</summary>
/// <param name="Traffic">The kind of the request; null for a new account, which is asked once.</param>
/// <param name="Account">The account.</param>
/// <param name="Sent">When it was sent, in ticks of <see cref="Stopwatch"/>.</param>
/// <param name="Received">When it was answered, or when it failed.</param>
/// <param name="Answer">The answer; null if there was none, because the connection was refused or broken.</param>
/// <param name="Cost">The number of permits.</param>
internal sealed record Decision(Traffic? Traffic, string Account, long Sent, long Received, Answer? Answer, int Cost = 1)
{
    /// <summary>Whether <c>on-failure</c> decided.</summary>
    public bool IsByOnFailure => Answer?.Failure is not null;

    /// <summary>Whether buckets counted and admitted the request.</summary>
    public bool IsAdmission => Answer is { Status: 200, Failure: null };

    /// <summary>Whether buckets refused the request.</summary>
    public bool IsRefusal => Answer is { Status: 429, Failure: null };

    /// <summary>The time that the caller waited, in microseconds.</summary>
    public double Micros => Stopwatch.GetElapsedTime(Sent, Received).TotalMicroseconds;
}
