namespace OrleansLimiter.Http;

/// <summary>
/// The options of the HTTP server of the limiter. The host sets them or binds them from configuration. They are validated when
/// the host starts, and all errors are listed.
/// </summary>
public sealed class LimiterHttpOptions
{
    /// <summary>The default of <see cref="Urls"/>.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>The default of <see cref="AdminUrls"/>, which other machines cannot reach.</summary>
    public const string DefaultAdminUrl = "http://127.0.0.1:8081";

    /// <summary>The maximum number of checks in one batch: 1,000.</summary>
    public const int MaxBatch = 1_000;

    /// <summary>The maximum size of a request body: 1 MiB.</summary>
    public const int MaxBodyBytes = 1 << 20;

    /// <summary>The minimum length of <see cref="AdminToken"/>: 16 characters, so that it cannot be guessed over a network.</summary>
    public const int MinTokenLength = 16;

    /// <summary>
    /// The addresses for decisions: one or more <c>http://host:port</c>, separated by semicolons. The host is an IP
    /// address, <c>localhost</c>, or <c>*</c> for every address; port 0 selects a free port.
    /// </summary>
    public string Urls { get; set; } = DefaultUrl;

    /// <summary>
    /// The addresses for administration, in the format of <see cref="Urls"/>. An address other than loopback requires
    /// <see cref="AdminToken"/>.
    /// </summary>
    public string AdminUrls { get; set; } = DefaultAdminUrl;

    /// <summary>
    /// The addresses of Envoy's rate limit service over gRPC (HTTP/2 only), in the format of <see cref="Urls"/>, or
    /// <c>https://host:port</c> with the default certificate of the server. Default: empty, none.
    /// </summary>
    public string GrpcUrls { get; set; } = "";

    /// <summary>
    /// The decision for a request of Envoy's rate limit service whose domain no policy has. Default: <see cref="RlsMissing.Error"/>.
    /// </summary>
    public RlsMissing RlsOnMissing { get; set; } = RlsMissing.Error;

    /// <summary>
    /// The token that callers of administration must send as <c>Authorization: Bearer …</c>: visible ASCII, at least
    /// <see cref="MinTokenLength"/> characters. Null or empty for no token, which is allowed for loopback addresses only.
    /// </summary>
    public string? AdminToken { get; set; }

    /// <summary>
    /// The proxies whose <c>X-Forwarded-For</c> is trusted by <c>/v1/authorize</c>: addresses or networks
    /// (<c>10.0.0.0/8</c>). Default: none, so that the caller is the remote address of the connection.
    /// </summary>
    public IList<string> TrustedProxies { get; set; } = [];

    /// <summary>
    /// The status of refusals in <c>/v1/authorize</c>, 400 to 499, for a proxy that passes on only some statuses (nginx: 401 and 403).
    /// Default: null, the status that the policy gives (<c>responses.denied.status</c>). <c>authorize-status</c> of a policy comes first.
    /// </summary>
    public int? AuthorizeStatus { get; set; }

    /// <summary>The maximum time for the headers of a request, and for its body after them. Default 10 s.</summary>
    internal TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The maximum time in which a caller must read a response, or 64 KiB of a longer one for each second. Default 10 s.</summary>
    internal TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The maximum of the bytes that long bodies and responses of all connections buffer. Default: a sixteenth of the memory that the
    /// process may use, at most 64 MiB.
    /// </summary>
    internal long MaxBufferedBytes { get; set; } = Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16, 64L << 20);

    /// <summary>Whether the host serves decisions. If not, it does not listen on <see cref="Urls"/>.</summary>
    internal bool ServesDecisions { get; set; } = true;
}
