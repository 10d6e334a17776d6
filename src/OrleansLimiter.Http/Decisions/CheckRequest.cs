using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics;

namespace OrleansLimiter.Http;

// The body of a check: the parser fills it, the OpenAPI document describes it, and the command line sends it. A field that is omitted
// or null is null. XML comments here would replace the descriptions in the document.
[Description("A request. Fields that are omitted or null have the policy's defaults. Unknown fields are errors.")]
internal struct CheckRequest
{
    [Description("The policy; may be omitted if only one is loaded")] public string? Policy { get; set; }
    [Description("The account; if omitted, ip may be used, as the policy defines")] [MaxLength(256)] public string? Account { get; set; }
    [Description("The HTTP method")] [DefaultValue("GET")] public string? Method { get; set; }
    [Description("The path, with or without a query")] public string? Path { get; set; }
    [Description("Instead of path: an endpoint that the policy names")] public string? Endpoint { get; set; }
    [Description("With endpoint: the resource that the path would contain")] public string? Resource { get; set; }
    [Description("The attribute mode, for a policy that has it")] public string? Mode { get; set; }
    [Description("The caller's address")] public string? Ip { get; set; }

    // A null value counts as omitted. The parser reuses the dictionary for its next check.
    [Description("The policy's other attributes")] public IReadOnlyDictionary<string, string>? Attributes { get; set; }
    [Description("The number of permits to acquire")] [Range(1, int.MaxValue)] [DefaultValue(1)] public int? Cost { get; set; }
    [Description("Only read, acquire nothing")] [DefaultValue(false)] public bool? Peek { get; set; }

    /// <summary>Sets a text field.</summary>
    public void Set(CheckField field, string text)
    {
        switch (field)
        {
            case CheckField.Policy: Policy = text; break;
            case CheckField.Account: Account = text; break;
            case CheckField.Method: Method = text; break;
            case CheckField.Path: Path = text; break;
            case CheckField.Endpoint: Endpoint = text; break;
            case CheckField.Resource: Resource = text; break;
            case CheckField.Mode: Mode = text; break;
            case CheckField.Ip: Ip = text; break;
            default: throw new UnreachableException();
        }
    }

    /// <summary>Sets an integer field.</summary>
    public void Set(CheckField field, int number) => Cost = field == CheckField.Cost ? number : throw new UnreachableException();

    /// <summary>Sets a boolean field.</summary>
    public void Set(CheckField field, bool flag) => Peek = field == CheckField.Peek ? flag : throw new UnreachableException();
}

/// <summary>The fields of a check, in the order of <see cref="CheckRequest"/>. Flags, for the set of fields that were read.</summary>
[Flags]
internal enum CheckField
{
    Unknown = 0,
    Policy = 1,
    Account = 2,
    Method = 4,
    Path = 8,
    Endpoint = 16,
    Resource = 32,
    Mode = 64,
    Ip = 128,
    Attributes = 256,
    Cost = 512,
    Peek = 1024,
}

/// <summary>The names and types of the fields in JSON.</summary>
internal static class CheckFields
{
    /// <summary>The fields that are an integer from 1.</summary>
    public const CheckField Numbers = CheckField.Cost;

    /// <summary>The fields that are a boolean.</summary>
    public const CheckField Flags = CheckField.Peek;

    /// <summary>The text fields that usually have the same value in successive checks.</summary>
    public const CheckField Repeated = CheckField.Policy | CheckField.Method | CheckField.Endpoint | CheckField.Mode;

    /// <summary>All names, in the order of the fields.</summary>
    public static ImmutableArray<string> Names { get; } =
        [.. Enum.GetValues<CheckField>().Where(field => field != CheckField.Unknown).Select(Name)];

    public static string Name(this CheckField field) => JsonNamingPolicy.CamelCase.ConvertName(field.ToString());

    /// <summary>Returns the field of the property at which the reader is. Frequent fields are compared first.</summary>
    /// <exception cref="InvalidOperationException">The name is not Unicode.</exception>
    public static CheckField Of(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("policy"u8) ? CheckField.Policy
        : reader.ValueTextEquals("account"u8) ? CheckField.Account
        : reader.ValueTextEquals("method"u8) ? CheckField.Method
        : reader.ValueTextEquals("path"u8) ? CheckField.Path
        : reader.ValueTextEquals("mode"u8) ? CheckField.Mode
        : reader.ValueTextEquals("cost"u8) ? CheckField.Cost
        : reader.ValueTextEquals("attributes"u8) ? CheckField.Attributes
        : reader.ValueTextEquals("peek"u8) ? CheckField.Peek
        : reader.ValueTextEquals("ip"u8) ? CheckField.Ip
        : reader.ValueTextEquals("endpoint"u8) ? CheckField.Endpoint
        : reader.ValueTextEquals("resource"u8) ? CheckField.Resource
        : CheckField.Unknown;
}
