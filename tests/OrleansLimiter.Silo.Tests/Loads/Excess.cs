using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>Counts the admissions by buckets beyond the limit.</summary>
internal static class Excess
{
    /// <summary>The excess of each account that has any. New accounts have none.</summary>
    /// <param name="decisions">The decisions, in the order of their answers.</param>
    public static IReadOnlyList<AccountExcess> ByAccount(IEnumerable<Decision> decisions) =>
    [
        .. decisions.Where(decision => decision.Traffic is not null)
            .GroupBy(decision => (Traffic: decision.Traffic!, decision.Account))
            .Select(account => new AccountExcess(account.Key.Traffic, account.Key.Account, Of(account.Key.Traffic.Permits, account)))
            .Where(account => account.Admissions > 0),
    ];

    /// <summary>
    /// The admissions of one account beyond its permits, in all windows. A window begins with the first admission after the end of the
    /// previous one, and ends when the answer to that admission says so. Bucket groups that start empty begin no new window here.
    /// </summary>
    /// <remarks>
    /// The end is reckoned from the time at which the request was sent, so it is never later than the end in the bucket: an admission
    /// of the next window is never counted against this one.
    /// </remarks>
    /// <param name="permits">The permits of a window.</param>
    /// <param name="decisions">The decisions of the account, in the order of their answers.</param>
    public static int Of(int permits, IEnumerable<Decision> decisions)
    {
        long end = 0;
        int used = 0;
        int excess = 0;
        foreach (Decision admission in decisions.Where(decision => decision.IsAdmission))
        {
            if (admission.Received >= end)
            {
                end = admission.Sent + (admission.Answer!.ResetAfter!.Value * Stopwatch.Frequency / 1000);
                used = 0;
            }

            int free = Math.Max(0, permits - used);
            used += admission.Cost;
            excess += Math.Max(0, admission.Cost - free);
        }

        return excess;
    }
}

/// <summary>The admissions of an account beyond its permits, in all windows.</summary>
internal sealed record AccountExcess(Traffic Traffic, string Account, int Admissions);
