using Microsoft.AspNetCore.Http;

namespace OrleansLimiter.Http;

/// <summary>An answer that is not a decision: <c>application/problem+json</c> as in RFC 9457.</summary>
/// <param name="Reason">What the metric says.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What was found, where, and what would be right.</param>
/// <param name="Field">The invalid field, header or parameter; null if the whole request is invalid.</param>
internal sealed record Problem(ProblemReason Reason, int Status, string Detail, string? Field = null)
{
    /// <summary>The most things that one answer says are wrong: a body of a mebibyte can hold a hundred thousand.</summary>
    public const int MaxErrors = 32;

    /// <summary>What is wrong, where more than one thing was found at once; the problem itself is the first.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    public static Problem BadJson(string detail) => new(ProblemReason.Json, StatusCodes.Status400BadRequest, detail);

    public static Problem BadField(string field, string detail) =>
        new(ProblemReason.Field, StatusCodes.Status400BadRequest, detail, field);

    public static Problem BadFields(IReadOnlyList<FieldError> errors) =>
        BadField(errors[0].Field, errors[0].Detail) with { Errors = errors.Count > 1 ? [.. errors.Take(MaxErrors)] : [] };

    /// <summary>The same problem in the item of a batch.</summary>
    public Problem At(int index) =>
        this with { Field = Field is null ? $"[{index}]" : $"[{index}].{Field}", Detail = $"item {index}: {Detail}" };
}

/// <summary>One of several things that are wrong.</summary>
/// <param name="Field">The field.</param>
/// <param name="Detail">What was found, and what is expected.</param>
internal sealed record FieldError(string Field, string Detail);
