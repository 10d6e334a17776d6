namespace OrleansLimiter.AspNetCore;

/// <summary>
/// The options of a remote limiter. They are validated when the app starts, and all errors are listed.
/// </summary>
public sealed class RemoteLimiterOptions
{
    /// <summary>The maximum number of requests that a limiter decides in one call: 1,000.</summary>
    public const int LargestBatch = 1_000;

    /// <summary>
    /// The addresses for decisions, such as <c>http://limiter:8080</c>; at least one. With several, which must be hosts of one cluster, the
    /// first one is asked, and after a failed call the next one.
    /// </summary>
    public IList<string> Addresses { get; } = [];

    /// <summary>
    /// The maximum duration of a decision; then <c>on-failure</c> of the policy decides. <see cref="LimiterOptions.MinDeadline"/> to <see
    /// cref="LimiterOptions.MaxDeadline"/>; default: <see cref="LimiterOptions.DefaultDeadline"/>. A policy can shorten it.
    /// </summary>
    public TimeSpan Deadline { get; set; } = LimiterOptions.DefaultDeadline;

    /// <summary>The maximum number of requests in one call, 1 to <see cref="LargestBatch"/>. Default: <see cref="LargestBatch"/>.</summary>
    public int MaxBatch { get; set; } = LargestBatch;

    /// <summary>
    /// Creates the handler of the connections, for example one with certificates or a proxy. It must end a call whose token is canceled.
    /// Default: null, a <see cref="SocketsHttpHandler"/> that follows no redirects.
    /// </summary>
    public Func<IServiceProvider, HttpMessageHandler>? CreateHandler { get; set; }

    /// <summary>Configures the client, for example its default headers. Default: null.</summary>
    public Action<HttpClient>? ConfigureClient { get; set; }
}
