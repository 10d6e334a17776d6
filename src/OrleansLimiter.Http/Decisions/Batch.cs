using System.Runtime.InteropServices;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Http;

/// <summary>
/// Decides a batch: checks of one account (and so of one group) in the array's order, those of different accounts side by
/// side. Where every answer is at hand there are no sides, and it is a loop.
/// </summary>
/// <remarks>Each thread keeps one for its next batch: a thousand decisions are 200 kB, too much to throw away.</remarks>
internal sealed class Batch
{
    [ThreadStatic]
    private static Batch? s_ofThread;

    private Decision[] _decisions = [];

    /// <summary>The checks; at most <see cref="LimiterHttpOptions.MaxBatch"/>.</summary>
    public List<ResolvedCheck> Checks { get; } = [];

    /// <summary>The decisions, in the order of <see cref="Checks"/>.</summary>
    public ReadOnlySpan<Decision> Decisions => _decisions.AsSpan(0, Checks.Count);

    /// <summary>Returns an empty batch.</summary>
    public static Batch Rent()
    {
        Batch batch = s_ofThread ?? new();
        s_ofThread = null;
        return batch;
    }

    /// <summary>Clears the batch and makes it available to the next <see cref="Rent"/> of this thread.</summary>
    public void Return()
    {
        _decisions.AsSpan(0, Math.Min(_decisions.Length, Checks.Count)).Clear();
        Checks.Clear();
        s_ofThread = this;
    }

    public ValueTask DecideAsync(Decider decider)
    {
        if (_decisions.Length < Checks.Count)
        {
            _decisions = new Decision[Checks.Capacity];
        }

        long began = decider.Timestamp;
        ReadOnlySpan<ResolvedCheck> checks = CollectionsMarshal.AsSpan(Checks);
        for (int index = 0; index < checks.Length; index++)
        {
            ValueTask<Decision> asked = decider.DecideAsync(checks[index], ref began);
            if (!asked.IsCompletedSuccessfully)
            {
                return SideBySideAsync(decider, index, asked);
            }

            _decisions[index] = asked.Result;
        }

        return default;
    }

    private async ValueTask SideBySideAsync(Decider decider, int first, ValueTask<Decision> asked)
    {
        var last = new Dictionary<(string Policy, Account), Task> { [KeyOf(first)] = KeepAsync(first, asked) };
        for (int index = first + 1; index < Checks.Count; index++)
        {
            (string, Account) key = KeyOf(index);
            last[key] = last.TryGetValue(key, out Task? before)
                ? AfterAsync(before, decider, index)
                : KeepAsync(index, decider.DecideAsync(Checks[index]));
        }

        await Task.WhenAll(last.Values);
    }

    private async Task AfterAsync(Task before, Decider decider, int index)
    {
        await before;
        await KeepAsync(index, decider.DecideAsync(Checks[index]));
    }

    private async Task KeepAsync(int index, ValueTask<Decision> asked) => _decisions[index] = await asked;

    private (string, Account) KeyOf(int index) => (Checks[index].Served.Policy.Name, Checks[index].Request.Account);
}
