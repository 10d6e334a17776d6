using OrleansLimiter.Policies;

namespace OrleansLimiter.Http;

/// <summary>
/// How the limiter is reached. Bound from configuration or set by the host; checked as a whole when the host starts,
/// which then lists every error.
/// </summary>
public sealed class LimiterHttpOptions
{
    /// <summary>The address for decisions where none is given.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>The address for administration where none is given: only this machine reaches it.</summary>
    public const string DefaultAdminUrl = "http://127.0.0.1:8081";

    /// <summary>The most checks in one batch: 1,000.</summary>
    public const int MaxBatch = 1_000;

    /// <summary>The most bytes in the body of one request: 1 MiB.</summary>
    public const int MaxBodyBytes = 1 << 20;

    /// <summary>
    /// The fewest characters of <see cref="AdminToken"/>: 16, so that guessing it over a network takes longer than
    /// anybody lives.
    /// </summary>
    public const int MinTokenLength = 16;

    /// <summary>
    /// Where decisions are served: one or more <c>http://host:port</c>, separated by semicolons. The host is an IP
    /// address, <c>localhost</c>, or <c>*</c> for every address; port 0 takes a free one.
    /// </summary>
    public string Urls { get; set; } = DefaultUrl;

    /// <summary>
    /// Where administration is served, written like <see cref="Urls"/>. Any address beside loopback needs
    /// <see cref="AdminToken"/>.
    /// </summary>
    public string AdminUrls { get; set; } = DefaultAdminUrl;

    /// <summary>
    /// What callers of administration must send as <c>Authorization: Bearer …</c>: visible ASCII, at least
    /// <see cref="MinTokenLength"/> characters. Null or empty: no token, which only loopback addresses may have.
    /// </summary>
    public string? AdminToken { get; set; }

    /// <summary>
    /// The proxies whose <c>X-Forwarded-For</c> is believed by <c>/v1/authorize</c>: addresses or networks
    /// (<c>10.0.0.0/8</c>). Default: none, so that the caller is whoever opened the connection.
    /// </summary>
    public IList<string> TrustedProxies { get; set; } = [];

    /// <summary>Whether there are decisions to serve: without them <see cref="Urls"/> is not opened.</summary>
    internal bool ServesDecisions { get; set; } = true;
}
