using OrleansLimiter.Policies.Decisions;

namespace OrleansLimiter.Http;

/// <summary>
/// Decides a batch: checks of one account (and so of one group) in the array's order, those of different accounts side by
/// side. Where every answer is at hand there are no sides, and it is a loop.
/// </summary>
internal static class Batch
{
    public static ValueTask<Decision[]> DecideAsync(Decider decider, List<ResolvedCheck> checks)
    {
        var decisions = new Decision[checks.Count];
        for (int index = 0; index < decisions.Length; index++)
        {
            ValueTask<Decision> asked = decider.DecideAsync(checks[index]);
            if (!asked.IsCompletedSuccessfully)
            {
                return SideBySideAsync(decider, checks, decisions, index, asked);
            }

            decisions[index] = asked.Result;
        }

        return new(decisions);
    }

    private static async ValueTask<Decision[]> SideBySideAsync(
        Decider decider, List<ResolvedCheck> checks, Decision[] decisions, int first, ValueTask<Decision> asked)
    {
        var last = new Dictionary<(string Policy, Account), Task> { [KeyOf(checks[first])] = KeepAsync(decisions, first, asked) };
        for (int index = first + 1; index < decisions.Length; index++)
        {
            (string, Account) key = KeyOf(checks[index]);
            last[key] = last.TryGetValue(key, out Task? before)
                ? AfterAsync(before, decider, checks, decisions, index)
                : KeepAsync(decisions, index, decider.DecideAsync(checks[index]));
        }

        await Task.WhenAll(last.Values);
        return decisions;
    }

    private static async Task AfterAsync(Task before, Decider decider, List<ResolvedCheck> checks, Decision[] decisions, int index)
    {
        await before;
        await KeepAsync(decisions, index, decider.DecideAsync(checks[index]));
    }

    private static async Task KeepAsync(Decision[] decisions, int index, ValueTask<Decision> asked) => decisions[index] = await asked;

    private static (string, Account) KeyOf(in ResolvedCheck check) => (check.Served.Policy.Name, check.Request.Account);
}
