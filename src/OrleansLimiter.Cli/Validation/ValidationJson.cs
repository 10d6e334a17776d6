using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansLimiter.Cli;

/// <summary>The output of <c>limiter validate --json</c>.</summary>
/// <param name="Valid">Whether a host would start with these files.</param>
/// <param name="Policies">The policies; empty if there are errors.</param>
/// <param name="Errors">All errors.</param>
/// <param name="Warnings">All warnings.</param>
internal sealed record ValidationJson(
    bool Valid,
    IReadOnlyList<ValidationJson.ValidPolicy> Policies,
    [property: JsonPropertyName("faults")] IReadOnlyList<ValidationJson.Finding> Errors,
    IReadOnlyList<ValidationJson.Finding> Warnings)
{
    /// <summary>A valid policy.</summary>
    internal sealed record ValidPolicy(string File, string Policy, int Generation, IReadOnlyList<string> Limits);

    /// <summary>An error or a warning; line and column are null if it has no position.</summary>
    internal sealed record Finding(string File, int? Line, int? Column, string Message);

    /// <summary>Returns the indented JSON of loaded policies.</summary>
    public static string Of(PolicyCatalogLoad load) => JsonSerializer.Serialize(
        new(
            load.Catalog is not null,
            [
                .. (load.Catalog?.Current.Policies.Values ?? [])
                    .OrderBy(entry => entry.File, StringComparer.Ordinal)
                    .Select(entry => new ValidPolicy(
                        entry.File,
                        entry.Policy.Name,
                        entry.Policy.Definition.Generation,
                        [.. entry.Policy.Limits.Select(limit => limit.Name)])),
            ],
            [.. load.Errors.Select(Of)],
            [.. load.Warnings.Select(Of)]),
        ValidationJsonContext.Readable.ValidationJson);

    private static Finding Of(PolicyError error) => error.Line > 0
        ? new(error.File, error.Line, error.Column, error.Message)
        : new(error.File, null, null, error.Message);
}

[JsonSerializable(typeof(ValidationJson))]
internal sealed partial class ValidationJsonContext : JsonSerializerContext
{
    // Messages contain quotes, which need not be escaped.
    public static ValidationJsonContext Readable { get; } = new(new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
