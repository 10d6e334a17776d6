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
    Fault,
}

internal static class ProblemReasons
{
    /// <summary>The value of the label <c>reason</c>.</summary>
    public static string Label(this ProblemReason reason) => reason switch
    {
        ProblemReason.BodyTooLarge => "body_too_large",
        ProblemReason.ContentType => "content_type",
        ProblemReason.NotFound => "not_found",
        _ => reason.ToString().ToLowerInvariant(),
    };
}
