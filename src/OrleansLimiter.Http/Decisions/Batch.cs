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

    /// <summary>The estimated length of a decision as JSON: 512 bytes.</summary>
    public const int BytesPerDecision = 512;

    private Decision[] _decisions = [];

    /// <summary>The options that the caller has chosen.</summary>
    public BatchOptions Options { get; set; }

    /// <summary>The checks that are decided.</summary>
    public List<ResolvedCheck> Checks { get; } = [];

    /// <summary>The checks that are invalid, in order; empty without <see cref="BatchOptions.Problems"/>.</summary>
    public List<InvalidCheck> Invalid { get; } = [];

    /// <summary>The number of all checks; at most <see cref="LimiterHttpOptions.MaxBatch"/>.</summary>
    public int Count => Checks.Count + Invalid.Count;

    /// <summary>The estimated length of the response in bytes.</summary>
    public long Length => (Count * (long)BytesPerDecision) + (Options == BatchOptions.None ? 0 : AdditionalLength());

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
        Invalid.Clear();
        Options = BatchOptions.None;
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

    private long AdditionalLength()
    {
        long length = 0;
        if ((Options & BatchOptions.Responses) != 0)
        {
            foreach (ref readonly ResolvedCheck check in CollectionsMarshal.AsSpan(Checks))
            {
                length += check.Served.ResponseLength;
            }
        }

        foreach (InvalidCheck invalid in Invalid)
        {
            length += invalid.Problem.Detail.Length;
        }

        return length;
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

/// <summary>The options of a batch, which its body can contain.</summary>
[Flags]
internal enum BatchOptions : byte
{
    /// <summary>Results are decisions. If one check is invalid, none is decided.</summary>
    None = 0,

    /// <summary>Each result has the status, the headers and the body that its policy gives.</summary>
    Responses = 1,

    /// <summary>The result of an invalid check is its problem, and the others are decided.</summary>
    Problems = 2,
}

/// <summary>A check of a batch that cannot be decided.</summary>
/// <param name="Index">Its position in the batch.</param>
/// <param name="Problem">What is wrong with it.</param>
internal readonly record struct InvalidCheck(int Index, Problem Problem);
