namespace OrleansLimiter.AspNetCore;

/// <summary>What decides the requests of an app.</summary>
/// <param name="Local">The limiter of this process. With a remote limiter, it has no counts, and <c>on-failure</c> decides.</param>
/// <param name="Remote">The remote limiter; null if the limiter of this process decides.</param>
internal sealed record DecisionSource(Limiter Local, RemoteLimiter? Remote = null)
{
    /// <summary>Lets a remote limiter decide.</summary>
    public static DecisionSource Of(RemoteLimiter remote) => new(remote.Fallback, remote);
}
