using System.Collections.Immutable;
using Microsoft.OpenApi;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http;

/// <summary>What the OpenAPI document says of a call; every mapped call carries one as metadata.</summary>
/// <param name="Id">The operation's id.</param>
/// <param name="Tag">Which address serves it.</param>
/// <param name="Summary">One sentence.</param>
internal sealed record CallDescription(string Id, string Tag, string Summary)
{
    public const string Decisions = "decisions";
    public const string Administration = "administration";

    public ImmutableArray<ParameterDescription> Parameters { get; init; } = [];

    /// <summary>The body; null: none is read.</summary>
    public Type? Body { get; init; }

    public required ImmutableArray<ResponseDescription> Responses { get; init; }
}

/// <summary>A parameter of a call.</summary>
internal sealed record ParameterDescription(string Name, ParameterLocation In, string Text)
{
    /// <summary>Left out: a string.</summary>
    public JsonSchemaType Type { get; init; } = JsonSchemaType.String;

    public bool Required { get; init; }
}

/// <summary>An answer of a call.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Text">When it is given.</param>
/// <param name="Body">What it brings; null: nothing, or <paramref name="ContentType"/> without a schema.</param>
/// <param name="ContentType">The content type; null: JSON where there is a body.</param>
internal sealed record ResponseDescription(int Status, string Text, Type? Body = null, string? ContentType = null)
{
    public static ResponseDescription Problem(int status, string text) => new(status, text, typeof(ProblemResponse), Problems.ContentType);
}
