using Microsoft.OpenApi;
using static OrleansLimiter.Http.ResponseDescription;

namespace OrleansLimiter.Http;

/// <summary>The calls on the address of decisions.</summary>
internal static class DecisionDescriptions
{
    private static readonly ResponseDescription[] Errors =
    [
        Problem(400, "The request is invalid; nothing was acquired"),
        Problem(404, "The policy does not exist"),
        Problem(408, "The body arrives too slowly"),
        Problem(413, "The body is longer than 1 MiB"),
        Problem(415, "The content type is that of a form"),
        Problem(503, "No memory is left for long bodies and batches; nothing was acquired"),
    ];

    private static readonly ResponseDescription[] Authorized =
    [
        new(200, "The request is allowed. The response has the policy's headers and no body"),
        new(429, "The request is denied. The response has the policy's status (default: 429), headers and body"),
        Problem(400, "A header is missing, or the request's identity or path is invalid; nothing was acquired"),
        Problem(404, "The policy does not exist"),
    ];

    public static CallDescription Check { get; } = new("check", CallDescription.Decisions, "Decides one request.")
    {
        Body = typeof(CheckRequest),
        Responses =
        [
            new(200, "The request is allowed. The response has the policy's headers", typeof(DecisionResponse)),
            new(429, "The request is denied. The response has the policy's headers", typeof(DecisionResponse)),
            .. Errors,
        ],
    };

    public static CallDescription Batch { get; } = new(
        "checkBatch", CallDescription.Decisions,
        "Decides up to 1,000 requests in order. If one is invalid, none is decided, unless the batch asks for problems.")
    {
        Body = typeof(BatchBody),
        Responses = [new(200, "The decisions, in the same order", typeof(BatchResult[])), .. Errors],
    };

    public static CallDescription Authorize { get; } = new(
        "authorize", CallDescription.Decisions, "Decides a request for a proxy. Its headers contain the identity.")
    {
        Parameters =
        [
            ParameterDescription.Path("policy", "The policy"),
            new("X-Forwarded-Method", ParameterLocation.Header, "The request's method; or X-Original-Method"),
            new("X-Forwarded-Uri", ParameterLocation.Header, "The request's path and query; or X-Original-URI"),
            new("X-Forwarded-For", ParameterLocation.Header, "The caller's address, if the sender is a trusted proxy"),
        ],
        Responses = Authorized,
    };

    public static CallDescription AuthorizePath { get; } = new(
        "authorizePath", CallDescription.Decisions, "Decides a request whose method, path and query are those of the call.")
    {
        Parameters =
        [
            ParameterDescription.Path("policy", "The policy"),
            ParameterDescription.Path("path", "The request's path, as its caller sent it"),
            new("X-Forwarded-For", ParameterLocation.Header, "The caller's address, if the sender is a trusted proxy"),
        ],
        Responses = Authorized,
    };

    /// <summary>The body and the answer are messages of a public protocol, in the JSON form of Protocol Buffers.</summary>
    public static CallDescription RateLimit { get; } = new(
        "shouldRateLimit", CallDescription.Decisions, "Decides a RateLimitRequest of Envoy's rate limit service (v3), as JSON.")
    {
        Responses =
        [
            new(200, "The code is OK: a RateLimitResponse", ContentType: "application/json"),
            new(429, "The code is OVER_LIMIT: a RateLimitResponse", ContentType: "application/json"),
            .. Errors,
        ],
    };

    public static CallDescription Healthz { get; } = new("healthz", CallDescription.Decisions, "Returns whether the process answers.")
    {
        Responses = [new(200, "The process answers", typeof(HealthResponse))],
    };

    public static CallDescription Readyz { get; } = new("readyz", CallDescription.Decisions, "Returns whether the process can decide.")
    {
        Responses = [new(200, "The process can decide", typeof(HealthResponse)), Problem(503, "The process cannot decide; see detail")],
    };
}
