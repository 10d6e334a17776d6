namespace OrleansLimiter.Decisions;

/// <summary>How a limiter deals with stores that answer late or not at all. What answers at once needs none of it.</summary>
public sealed class LimiterOptions
{
    /// <summary>
    /// The deadline unless another is given: 200 ms, long beside a call in a data centre and short beside what people
    /// wait for an API.
    /// </summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromMilliseconds(200);

    /// <summary>The shortest deadline: 1 ms, the step of the timer that keeps it.</summary>
    public static readonly TimeSpan MinDeadline = TimeSpan.FromMilliseconds(1);

    /// <summary>The longest deadline: 10 s.</summary>
    public static readonly TimeSpan MaxDeadline = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long one decision may take as a whole: asking, asking once more after contention, and canceling. A group that has not
    /// answered by then is unavailable, and <c>on-failure</c> decides for it. <see cref="MinDeadline"/> to
    /// <see cref="MaxDeadline"/>, default <see cref="DefaultDeadline"/>. Above <see cref="BucketGroup.ReservationTimeout"/>, what
    /// a refused request reserved elsewhere while it waited may have become final.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is shorter or longer.</exception>
    public TimeSpan Deadline
    {
        get;
        init => field = value >= MinDeadline && value <= MaxDeadline
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(Deadline), value, $"the deadline of a decision is {value.TotalMilliseconds} ms; it must be from 1 ms to 10 s");
    } = DefaultDeadline;

    /// <summary>
    /// Where groups are counted while theirs does not reply, under policies with <c>on-failure: local</c>: a store in
    /// this process. Default: none, and such policies then let pass what does not reply.
    /// </summary>
    public IBucketStore? Local { get; init; }
}
