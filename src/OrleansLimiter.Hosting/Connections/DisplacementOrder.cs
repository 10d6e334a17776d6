namespace OrleansLimiter.Hosting;

/// <summary>The place of a connection in the order in which connections are displaced: the smallest first.</summary>
/// <param name="Since">Since when it has been idle, in milliseconds.</param>
/// <param name="Number">Its number; older connections have smaller ones.</param>
/// <param name="IsProven">Whether a complete request has been read from it, and it is not in the middle of another.</param>
internal readonly record struct DisplacementOrder(long Since, long Number, bool IsProven)
{
    /// <summary>Compares connections by their orders.</summary>
    public static IComparer<BoundedConnection> Comparer { get; } = Comparer<BoundedConnection>.Create(static (one, other) =>
        one.Order.Since != other.Order.Since
            ? one.Order.Since.CompareTo(other.Order.Since)
            : one.Order.Number.CompareTo(other.Order.Number));

    /// <summary>Returns the order after what the connection has done meanwhile.</summary>
    /// <param name="activity">What the connection has done.</param>
    public DisplacementOrder After(ConnectionActivity activity) =>
        activity.BodySince is > 0 and long body ? this with { Since = body, IsProven = false }
        : activity.RequestAt is > 0 and long request ? this with { Since = request, IsProven = true }
        : this;
}
