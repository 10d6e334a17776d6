namespace OrleansLimiter.Testing.Clauses;

/// <summary>
/// A running limiter with the five policies, over any store. The clauses of the published documents are
/// tested on every kind of host through this interface only: two addresses and a clock.
/// </summary>
/// <remarks>
/// A host serves many tests, one after the other, and its clock is not reset. A test uses separate accounts and
/// measures time from the current time.
/// </remarks>
public abstract class ClauseHost : IAsyncLifetime
{
    private static int s_addresses;

    /// <summary>The address for decisions. Proxies on this machine are trusted.</summary>
    public abstract HttpClient Decisions { get; }

    /// <summary>The address for administration, with its credentials.</summary>
    public abstract HttpClient Administration { get; }

    /// <summary>The time of the limiter's clock.</summary>
    public abstract DateTimeOffset UtcNow { get; }

    /// <summary>Advances the limiter's clock in all processes of this host.</summary>
    public abstract Task AdvanceAsync(TimeSpan span);

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    /// <summary>A new caller with an account.</summary>
    public Caller NewCaller(string policy, string accountHeader) =>
        new(this, policy, [(accountHeader, $"acct-{Guid.NewGuid():n}")]);

    /// <summary>A caller at an address, without an account.</summary>
    public Caller CallerAt(string policy, string address) => new(this, policy, [("X-Forwarded-For", address)]);

    /// <summary>An unused address of the range for benchmarks.</summary>
    public static string NewAddress()
    {
        int number = Interlocked.Increment(ref s_addresses);
        return $"198.18.{number >> 8}.{number & 255}";
    }
}
