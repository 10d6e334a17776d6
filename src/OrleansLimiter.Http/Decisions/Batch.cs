using System.Runtime.InteropServices;

namespace OrleansLimiter.Http;

/// <summary>
/// Decides a batch: the checks of one account in the order of the array, those of different accounts concurrently. While every
/// decision completes synchronously, it is a loop.
/// </summary>
/// <remarks>Each thread keeps one instance, because a thousand decisions need 200 kB.</remarks>
internal sealed class Batch
{
    [ThreadStatic]
    private static Batch? s_ofThread;

    private Decision[] _decisions = [];

    /// <summary>The checks; at most <see cref="LimiterHttpOptions.MaxBatch"/>.</summary>
    public List<ResolvedCheck> Checks { get; } = [];

    /// <summary>The decisions, in the order of <see cref="Checks"/>.</summary>
    public ReadOnlySpan<Decision> Decisions => _decisions.AsSpan(0, Checks.Count);

    /// <summary>Returns the empty batch of this thread.</summary>
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
            ValueTask<Decision> decision = decider.DecideAsync(checks[index], ref began);
            if (!decision.IsCompletedSuccessfully)
            {
                return ConcurrentlyAsync(decider, index, decision);
            }

            _decisions[index] = decision.Result;
        }

        return default;
    }

    private async ValueTask ConcurrentlyAsync(Decider decider, int first, ValueTask<Decision> decision)
    {
        var last = new Dictionary<(string Policy, Account), Task> { [KeyOf(first)] = KeepAsync(first, decision) };
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

    private async Task KeepAsync(int index, ValueTask<Decision> decision) => _decisions[index] = await decision;

    private (string, Account) KeyOf(int index) => (Checks[index].Served.Policy.Name, Checks[index].Request.Account);
}
