namespace OrleansLimiter.Decisions;

/// <summary>Options for stores that reply late or not at all. Stores that reply synchronously do not use them.</summary>
public sealed class LimiterOptions
{
    /// <summary>The default of <see cref="Deadline"/>: 200 ms.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromMilliseconds(200);

    /// <summary>The shortest deadline: 1 ms, the resolution of the timer.</summary>
    public static readonly TimeSpan MinDeadline = TimeSpan.FromMilliseconds(1);

    /// <summary>The longest deadline: 10 s.</summary>
    public static readonly TimeSpan MaxDeadline = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The maximum duration of a decision: the first attempt, the second attempt after contention, and the cancellation. A group that
    /// has not replied by then is unavailable, and <c>on-failure</c> decides for it. <see cref="MinDeadline"/> to <see
    /// cref="MaxDeadline"/>; default: <see cref="DefaultDeadline"/>. With a deadline above <see
    /// cref="BucketGroup.ReservationTimeout"/>, a reservation of a refused request can become final before it is canceled.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is shorter or longer.</exception>
    public TimeSpan Deadline
    {
        get;
        init => field = value >= MinDeadline && value <= MaxDeadline
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(Deadline), value, $"the deadline of a decision is {value.TotalMilliseconds} ms; it must be from 1 ms to 10 s");
    } = DefaultDeadline;

    /// <summary>
    /// The store in this process that replaces unavailable groups under <c>on-failure: local</c>. Default: null; such policies then
    /// allow the request.
    /// </summary>
    public IBucketStore? Local { get; init; }
}
