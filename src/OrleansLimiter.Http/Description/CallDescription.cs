using Microsoft.OpenApi;

namespace OrleansLimiter.Http;

/// <summary>The description of a call in the OpenAPI document. It is metadata of the mapped endpoint.</summary>
/// <param name="Id">The operation's id.</param>
/// <param name="Tag">The address that serves it: <see cref="Decisions"/> or <see cref="Administration"/>.</param>
/// <param name="Summary">One sentence.</param>
internal sealed record CallDescription(string Id, string Tag, string Summary)
{
    public const string Decisions = "decisions";
    public const string Administration = "administration";

    public IReadOnlyList<ParameterDescription> Parameters { get; init; } = [];

    /// <summary>The type of the body; null if none is read.</summary>
    public Type? Body { get; init; }

    public required IReadOnlyList<ResponseDescription> Responses { get; init; }
}

/// <summary>A parameter of a call.</summary>
internal sealed record ParameterDescription(string Name, ParameterLocation In, string Text, JsonSchemaType Type = JsonSchemaType.String)
{
    public static ParameterDescription Path(string name, string text) => new(name, ParameterLocation.Path, text);

    public static ParameterDescription Query(string name, string text) => new(name, ParameterLocation.Query, text);
}

/// <summary>A response of a call.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Text">The meaning.</param>
/// <param name="Body">The type of the body; null for no body, or for <paramref name="ContentType"/> without a schema.</param>
/// <param name="ContentType">The content type; null for JSON, if there is a body.</param>
internal sealed record ResponseDescription(int Status, string Text, Type? Body = null, string? ContentType = null)
{
    public static ResponseDescription Problem(int status, string text) => new(status, text, typeof(ProblemResponse), Problems.ContentType);
}
