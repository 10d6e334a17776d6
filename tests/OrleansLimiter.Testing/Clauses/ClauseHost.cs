namespace OrleansLimiter.Testing.Clauses;

/// <summary>
/// A running limiter with the five policies, whatever store it stands on. The clauses of the published documents are
/// held against every kind of host through this alone: two addresses and a clock.
/// </summary>
/// <remarks>
/// A host serves many tests, one after the other, and its clock only goes on: a test makes up accounts of its own and
/// counts time from where it finds it.
/// </remarks>
public abstract class ClauseHost : IAsyncLifetime
{
    private static int s_addresses;

    /// <summary>The address for decisions. Proxies on this machine are trusted to say whom they speak for.</summary>
    public abstract HttpClient Decisions { get; }

    /// <summary>The address for administration, with whatever credentials it wants.</summary>
    public abstract HttpClient Administration { get; }

    /// <summary>What the limiter's clock says.</summary>
    public abstract DateTimeOffset UtcNow { get; }

    /// <summary>Turns the limiter's clock on, everywhere that this host counts.</summary>
    public abstract Task TurnAsync(TimeSpan span);

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    /// <summary>Somebody who was never seen before, signed in.</summary>
    public Caller NewCaller(string policy, string accountHeader) =>
        new(this, policy, [(accountHeader, $"acct-{Guid.NewGuid():n}")]);

    /// <summary>Somebody at an address, not signed in.</summary>
    public Caller CallerAt(string policy, string address) => new(this, policy, [("X-Forwarded-For", address)]);

    /// <summary>An address (of the range for benchmarks) from which nobody has called yet.</summary>
    public static string NewAddress()
    {
        int number = Interlocked.Increment(ref s_addresses);
        return $"198.18.{number >> 8}.{number & 255}";
    }
}
