using Microsoft.OpenApi;
using static OrleansLimiter.Http.ResponseDescription;

namespace OrleansLimiter.Http;

/// <summary>The calls on the address for decisions.</summary>
internal static class DecisionDescriptions
{
    private static readonly ResponseDescription[] Errors =
    [
        Problem(400, "The request was not understood; nothing was taken"),
        Problem(404, "There is no such policy"),
        Problem(413, "The body is longer than 1 MiB"),
        Problem(415, "The body is a form"),
    ];

    public static CallDescription Check { get; } = new("check", CallDescription.Decisions, "Decides one request.")
    {
        Body = typeof(CheckRequest),
        Responses =
        [
            new(200, "It may pass. The policy's headers are set", typeof(DecisionResponse)),
            new(429, "It may not. The policy's headers are set", typeof(DecisionResponse)),
            .. Errors,
        ],
    };

    public static CallDescription Batch { get; } = new(
        "checkBatch", CallDescription.Decisions, "Decides up to 1,000 requests in order; all are understood before any is taken.")
    {
        Body = typeof(CheckRequest[]),
        Responses = [new(200, "The decisions, in the same order", typeof(DecisionResponse[])), .. Errors],
    };

    public static CallDescription Authorize { get; } = new(
        "authorize", CallDescription.Decisions, "Decides the request that a proxy holds; identity is read from its headers.")
    {
        Parameters =
        [
            new("policy", ParameterLocation.Path, "The policy") { Required = true },
            new("X-Forwarded-Method", ParameterLocation.Header, "The request's method; or X-Original-Method"),
            new("X-Forwarded-Uri", ParameterLocation.Header, "The request's path and query; or X-Original-URI"),
            new("X-Forwarded-For", ParameterLocation.Header, "The caller's address, believed as far as trusted proxies reach"),
        ],
        Responses =
        [
            new(200, "It may pass. The policy's headers are set; there is no body"),
            new(429, "It may not: the policy's status (429 unless it says otherwise), headers and body"),
            Problem(400, "The proxy sent too little, or the request's identity or path was not understood; nothing was taken"),
            Problem(404, "There is no such policy"),
        ],
    };

    public static CallDescription Healthz { get; } = new("healthz", CallDescription.Decisions, "Whether the process answers.")
    {
        Responses = [new(200, "It does", typeof(HealthResponse))],
    };

    public static CallDescription Readyz { get; } = new("readyz", CallDescription.Decisions, "Whether it can decide.")
    {
        Responses = [new(200, "It can", typeof(HealthResponse)), Problem(503, "It can not, and why")],
    };
}
