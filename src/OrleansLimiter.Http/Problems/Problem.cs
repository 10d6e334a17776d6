namespace OrleansLimiter.Http;

/// <summary>An error response: <c>application/problem+json</c> as in RFC 9457.</summary>
/// <param name="Reason">The reason, which determines the status and is a label of the metric.</param>
/// <param name="Detail">What was found, where, and what would be right.</param>
/// <param name="Field">The invalid field, header or parameter; null if the whole request is invalid.</param>
internal sealed record Problem(ProblemReason Reason, string Detail, string? Field = null)
{
    /// <summary>The maximum number of errors in one response: 32.</summary>
    public const int MaxErrors = 32;

    /// <summary>The maximum length of the detail of one of many problems: 512 characters.</summary>
    public const int MaxItemDetail = 512;

    /// <summary>The body arrives too slowly.</summary>
    public static readonly Problem TooSlow = new(ProblemReason.Timeout, "the body arrives too slowly");

    /// <summary>The HTTP status. Default: the usual status of <see cref="Reason"/>.</summary>
    public int Status { get; init; } = Reason.Status();

    /// <summary>The value of <c>Retry-After</c>; null for none.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>All errors, if more than one was found; the problem itself is the first.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    public static Problem BadJson(string detail) => new(ProblemReason.Json, detail);

    public static Problem BadJson(JsonException exception, bool bodyIsEmpty) => BadJson(bodyIsEmpty
        ? "the body is empty; it must be JSON"
        : $"the body is not JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");

    public static Problem BadField(string field, string detail) => new(ProblemReason.Field, detail, field);

    public static Problem BadFields(IReadOnlyList<FieldError> errors) =>
        BadField(errors[0].Field, errors[0].Detail) with { Errors = errors.Count > 1 ? [.. errors.Take(MaxErrors)] : [] };

    /// <summary>Returns the same problem for an item of a batch.</summary>
    /// <param name="index">The position of the item.</param>
    /// <param name="array">The field that contains the items; empty if the whole body does.</param>
    public Problem At(int index, string array) => this with
    {
        Field = Field is null ? $"{array}[{index}]" : $"{array}[{index}].{Field}",
        Detail = $"item {index}: {Detail}",
    };

    /// <summary>Returns the same problem with a detail of at most <see cref="MaxItemDetail"/>, for a response that has many.</summary>
    public Problem Cut() => Detail.Length <= MaxItemDetail ? this : this with { Detail = Detail[..MaxItemDetail] + "…" };
}

/// <summary>One of several errors of a request.</summary>
/// <param name="Field">The invalid field.</param>
/// <param name="Detail">What was found, and what is expected.</param>
internal sealed record FieldError(string Field, string Detail);
