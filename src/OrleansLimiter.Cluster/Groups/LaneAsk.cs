using System.Threading.Tasks.Sources;
using OrleansLimiter.Policies.Decisions;

namespace OrleansLimiter.Cluster;

/// <summary>
/// One question on its way through a <see cref="Lane"/>, and its answer. Used again once its answer is fetched, so that a
/// decision leaves nothing behind.
/// </summary>
internal sealed class LaneAsk : IValueTaskSource<GroupReply>
{
    [ThreadStatic]
    private static Spares<LaneAsk> s_spares;

    private ManualResetValueTaskSourceCore<GroupReply> _core;

    private LaneAsk()
    {
    }

    public GroupKey Key { get; private set; }

    public KnownGroup Group { get; private set; } = null!;

    public GroupAsk Ask { get; private set; }

    public Instant Began { get; private set; }

    /// <summary>The answer, when it has come; fetched once.</summary>
    public ValueTask<GroupReply> Reply => new(this, _core.Version);

    public static LaneAsk Rent(in GroupKey key, KnownGroup group, in GroupAsk ask, Instant now)
    {
        LaneAsk one = s_spares.Take() ?? new();
        (one.Key, one.Group, one.Ask, one.Began) = (key, group, ask, now);
        return one;
    }

    /// <summary>Gives the answer. Whoever waits for it goes on in this call.</summary>
    public void Answer(in GroupReply reply) => _core.SetResult(reply);

    public GroupReply GetResult(short token)
    {
        GroupReply reply = _core.GetResult(token);
        _core.Reset();
        (Key, Group, Ask) = (default, null!, default);
        s_spares.Keep(this);
        return reply;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
