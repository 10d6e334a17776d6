using System.Diagnostics;

namespace OrleansLimiter.Http;

/// <summary>The reason of an error response. A closed set, because it is a label of the metric.</summary>
internal enum ProblemReason
{
    Json,
    Field,
    Header,
    Path,
    Policy,
    Override,
    BodyTooLarge,
    ContentType,
    Method,
    NotFound,
    Credentials,
    Host,
    Unavailable,
    Timeout,
    Overloaded,
    InternalError,
}

internal static class ProblemReasons
{
    /// <summary>The value of the label <c>reason</c>.</summary>
    public static string Label(this ProblemReason reason) => Of(reason).Label;

    /// <summary>The usual HTTP status.</summary>
    public static int Status(this ProblemReason reason) => Of(reason).Status;

    private static (string Label, int Status) Of(ProblemReason reason) => reason switch
    {
        ProblemReason.Json => ("json", StatusCodes.Status400BadRequest),
        ProblemReason.Field => ("field", StatusCodes.Status400BadRequest),
        ProblemReason.Header => ("header", StatusCodes.Status400BadRequest),
        ProblemReason.Path => ("path", StatusCodes.Status400BadRequest),
        ProblemReason.Policy => ("policy", StatusCodes.Status404NotFound),
        ProblemReason.Override => ("override", StatusCodes.Status404NotFound),
        ProblemReason.BodyTooLarge => ("body_too_large", StatusCodes.Status413PayloadTooLarge),
        ProblemReason.ContentType => ("content_type", StatusCodes.Status415UnsupportedMediaType),
        ProblemReason.Method => ("method", StatusCodes.Status405MethodNotAllowed),
        ProblemReason.NotFound => ("not_found", StatusCodes.Status404NotFound),
        ProblemReason.Credentials => ("credentials", StatusCodes.Status401Unauthorized),
        ProblemReason.Host => ("host", StatusCodes.Status403Forbidden),
        ProblemReason.Unavailable => ("unavailable", StatusCodes.Status503ServiceUnavailable),
        ProblemReason.Timeout => ("timeout", StatusCodes.Status408RequestTimeout),
        ProblemReason.Overloaded => ("overloaded", StatusCodes.Status503ServiceUnavailable),
        ProblemReason.InternalError => ("fault", StatusCodes.Status500InternalServerError),
        _ => throw new UnreachableException(),
    };
}
