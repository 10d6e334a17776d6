namespace OrleansLimiter.Cluster;

/// <summary>The reply of a group grain.</summary>
/// <param name="Outcome">A <see cref="GroupOutcome"/>, <see cref="Unsupported"/> or <see cref="Gone"/>.</param>
/// <param name="Notes"><see cref="GroupNotes"/>.</param>
/// <param name="First">The first reading; undefined if there is none.</param>
/// <param name="All">All readings if there are several; null if there is one or none.</param>
/// <param name="Address">The address of a living group, in the reply to a grain call; otherwise null.</param>
[GenerateSerializer, Immutable, Alias("limiter.group-answer")]
public readonly record struct GroupReplyData(
    [property: Id(0)] byte Outcome,
    [property: Id(1)] byte Notes,
    [property: Id(2)] ReadingData First,
    [property: Id(3)] ReadingData[]? All,
    [property: Id(4)] GroupAddress? Address = null)
{
    /// <summary>The outcome of a silo that does not support the rules, because it is older than the front-end.</summary>
    public const byte Unsupported = 255;

    /// <summary>The outcome for a number of a group that does not exist on the silo. The operation was not executed.</summary>
    public const byte Gone = 254;

    /// <summary>
    /// The outcome of the groups of a joint acquisition that was not executed, because the groups are not together or a bound is
    /// reached.
    /// </summary>
    public const byte NotExecuted = 253;

    internal static GroupReplyData UnsupportedReply => new(Unsupported, 0, default, null);

    internal static GroupReplyData GoneReply => new(Gone, 0, default, null);

    internal static GroupReplyData NotExecutedReply => new(NotExecuted, 0, default, null);

    /// <summary>The reply of a group with one bucket, to an acquisition without notes.</summary>
    internal static GroupReplyData Of(in Reading reading) => new(
        (byte)(reading.Allowed ? GroupOutcome.Allowed : GroupOutcome.Refused), (byte)GroupNotes.None, ReadingData.Of(reading), null);

    internal static GroupReplyData Of(in GroupReply reply)
    {
        ReadingData first = reply.Readings.Count == 1 ? ReadingData.Of(reply.Readings.First) : default;
        ReadingData[]? all = reply.Readings.Count > 1 ? new ReadingData[reply.Readings.Count] : null;
        for (int i = 0; i < all?.Length; i++)
        {
            all[i] = ReadingData.Of(reply.Readings[i]);
        }

        return new((byte)reply.Outcome, (byte)reply.Notes, first, all);
    }

    internal GroupReply ToReply() => (GroupOutcome)Outcome switch
    {
        GroupOutcome.Allowed or GroupOutcome.Refused => new((GroupOutcome)Outcome, (GroupNotes)Notes, ToReadings()),
        _ => GroupReply.Unavailable((GroupNotes)Notes), // also an outcome of a newer silo
    };

    private Readings ToReadings() =>
        All is null ? new(First.ToReading()) : new(Array.ConvertAll(All, reading => reading.ToReading()));
}

/// <summary>The wire format of a reading; durations in units of 100 ns.</summary>
/// <param name="Limit">The capacity.</param>
/// <param name="Remaining">The permits that can be acquired now.</param>
/// <param name="Window">The window.</param>
/// <param name="Reset">The time until the bucket is full again.</param>
/// <param name="RetryAfter">The time after which the cost is admitted, if the verdict is Wait.</param>
/// <param name="Verdict">A <see cref="OrleansLimiter.Verdict"/>.</param>
/// <param name="Next">The time until more permits remain; 0 if the bucket is full. An older silo sends 0.</param>
[GenerateSerializer, Immutable, Alias("limiter.reading")]
public readonly record struct ReadingData(
    [property: Id(0)] int Limit,
    [property: Id(1)] int Remaining,
    [property: Id(2)] long Window,
    [property: Id(3)] long Reset,
    [property: Id(4)] long RetryAfter,
    [property: Id(5)] byte Verdict,
    [property: Id(6)] long Next)
{
    internal static ReadingData Of(in Reading reading) => new(
        reading.Limit,
        reading.Remaining,
        reading.Window.Ticks,
        reading.Reset.Ticks,
        reading.RetryAfter.Ticks,
        (byte)reading.Verdict,
        reading.Next.Ticks);

    internal Reading ToReading() =>
        new(Limit, Remaining, new(Window), new(Next), new(Reset), new(RetryAfter), (Verdict)Verdict);
}
