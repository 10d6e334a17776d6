using System.Numerics;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Counts the acquisitions that reach the groups of a silo without a call of their grains, while <see cref="IsEnabled"/>. The dashboard
/// shows them as calls. An acquisition that is not executed because a group is elsewhere is not counted, because the front-end repeats it.
/// </summary>
/// <remarks>
/// Each processor has its own numbers, and no two processors write to the same cache line. A thread that moves to another processor
/// between two instructions is correct but slower, because the numbers are changed atomically.
/// </remarks>
internal sealed class AcquisitionCounters
{
    // The numbers of a processor: two cache lines, because processors load lines in pairs. Scopes begin at 1.
    private const int Stride = 16;
    private const int Decisions = 0;
    private const int Refusals = Failures + GroupKeys.Length + 1;
    private const int Failures = GroupKeys.Length;

    private readonly int _last = (int)BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount) - 1;
    private readonly long[] _numbers;
    private volatile bool _isEnabled;

    /// <summary>Creates disabled counters.</summary>
    public AcquisitionCounters() => _numbers = new long[(_last + 2) * Stride];

    /// <summary>Whether acquisitions are counted.</summary>
    public bool IsEnabled
    {
        get => _isEnabled;
        set => _isEnabled = value;
    }

    /// <summary>Counts an acquisition of the fast path.</summary>
    /// <param name="executed">Whether it was executed. If not, it is repeated, and not counted.</param>
    /// <param name="groups">Its groups: one, or those of a joint acquisition.</param>
    /// <param name="allowed">Whether it was allowed.</param>
    public void OnAcquire(bool executed, ReadOnlySpan<GroupKey> groups, bool allowed)
    {
        if (_isEnabled && executed)
        {
            Count(groups, allowed);
        }
    }

    /// <summary>Counts an operation with replies, if it is an acquisition.</summary>
    /// <param name="requests">One request, or those of a joint acquisition.</param>
    /// <param name="replies">The reply to each request.</param>
    public void OnReply(ReadOnlySpan<GroupRequest> requests, ReadOnlySpan<GroupReply> replies)
    {
        if (_isEnabled && requests[0].Operation.Acquires)
        {
            Count(requests, replies);
        }
    }

    /// <summary>Counts an acquisition that came in a message.</summary>
    /// <param name="scopes">The scope of each group.</param>
    /// <param name="replies">The reply of each group.</param>
    public void Count(ReadOnlySpan<Scope> scopes, ReadOnlySpan<GroupReplyData> replies)
    {
        bool refused = false;
        foreach (ref readonly GroupReplyData reply in replies)
        {
            if (reply.Outcome is GroupReplyData.Gone or GroupReplyData.NotExecuted)
            {
                return;
            }

            refused |= reply.Outcome == (byte)GroupOutcome.Refused;
        }

        Span<long> numbers = Numbers();
        for (int i = 0; i < scopes.Length && i < replies.Length; i++)
        {
            CountGroup(numbers, scopes[i], failed: replies[i].Outcome > (byte)GroupOutcome.Refused);
        }

        CountDecision(numbers, refused);
    }

    /// <summary>The acquisitions in groups of a scope.</summary>
    public long Acquired(Scope scope) => Sum((int)scope);

    /// <summary>The acquisitions in groups of a scope that could not be executed, for example because a bound was reached.</summary>
    public long Failed(Scope scope) => Sum(Failures + (int)scope);

    /// <summary>The acquisitions, where the groups of a joint acquisition count together as one.</summary>
    public long Decided => Sum(Decisions);

    /// <summary>The part of <see cref="Decided"/> that was refused.</summary>
    public long Refused => Sum(Refusals);

    private void Count(ReadOnlySpan<GroupKey> groups, bool allowed)
    {
        Span<long> numbers = Numbers();
        foreach (ref readonly GroupKey group in groups)
        {
            CountGroup(numbers, group.Scope, failed: false);
        }

        CountDecision(numbers, refused: !allowed);
    }

    private void Count(ReadOnlySpan<GroupRequest> requests, ReadOnlySpan<GroupReply> replies)
    {
        bool refused = false;
        Span<long> numbers = Numbers();
        for (int i = 0; i < requests.Length; i++)
        {
            CountGroup(numbers, requests[i].Key.Scope, failed: replies[i].Outcome == GroupOutcome.Unavailable);
            refused |= replies[i].Outcome == GroupOutcome.Refused;
        }

        CountDecision(numbers, refused);
    }

    // A newer front-end may send scopes that this silo does not know.
    private static void CountGroup(Span<long> numbers, Scope scope, bool failed)
    {
        if ((uint)scope - 1 >= GroupKeys.Length)
        {
            return;
        }

        Interlocked.Increment(ref numbers[(int)scope]);
        if (failed)
        {
            Interlocked.Increment(ref numbers[Failures + (int)scope]);
        }
    }

    private static void CountDecision(Span<long> numbers, bool refused)
    {
        Interlocked.Increment(ref numbers[Decisions]);
        if (refused)
        {
            Interlocked.Increment(ref numbers[Refusals]);
        }
    }

    private Span<long> Numbers() => _numbers.AsSpan(((Thread.GetCurrentProcessorId() & _last) + 1) * Stride, Stride);

    private long Sum(int index)
    {
        long sum = 0;
        for (int processor = 1; processor <= _last + 1; processor++)
        {
            sum += Volatile.Read(ref _numbers[processor * Stride + index]);
        }

        return sum;
    }
}
