using OrleansLimiter.Decisions;

namespace OrleansLimiter.Http;

/// <summary>Why a request was not understood; the label of its metric, so a closed set.</summary>
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
    InternalError,
}

internal static class ProblemReasons
{
    private static readonly WordTable<ProblemReason> Words = new(
        ("json", ProblemReason.Json),
        ("field", ProblemReason.Field),
        ("header", ProblemReason.Header),
        ("path", ProblemReason.Path),
        ("policy", ProblemReason.Policy),
        ("override", ProblemReason.Override),
        ("body_too_large", ProblemReason.BodyTooLarge),
        ("content_type", ProblemReason.ContentType),
        ("method", ProblemReason.Method),
        ("not_found", ProblemReason.NotFound),
        ("credentials", ProblemReason.Credentials),
        ("host", ProblemReason.Host),
        ("unavailable", ProblemReason.Unavailable),
        ("fault", ProblemReason.InternalError));

    /// <summary>The value of the label <c>reason</c>.</summary>
    public static string Label(this ProblemReason reason) => Words[reason];
}
