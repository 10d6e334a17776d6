using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Text.Json;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http;

// The body of a check: what the parser fills, what the OpenAPI document shows, and what the command line sends. What is left out
// (or null) is null; nothing is understood yet. XML comments here would replace the descriptions in the document.
[Description("A request of a customer. What is left out (or null) takes the policy's defaults; unknown fields are refused.")]
internal struct CheckRequest
{
    [Description("The policy; may be left out where only one is loaded")]
    public string? Policy { get; set; }

    [Description("Who is limited; where it is left out, ip may take its place if the policy says so")]
    [MaxLength(256)]
    public string? Account { get; set; }

    [Description("The HTTP method")]
    [DefaultValue("GET")]
    public string? Method { get; set; }

    [Description("The path, with or without a query")]
    public string? Path { get; set; }

    [Description("In place of a path: an endpoint that the policy names")]
    public string? Endpoint { get; set; }

    [Description("Beside endpoint: the resource that the route would name")]
    public string? Resource { get; set; }

    [Description("The attribute mode, in a policy that has it")]
    public string? Mode { get; set; }

    [Description("The caller's address")]
    public string? Ip { get; set; }

    // A null value is as if left out. Lent by the parser until its next check.
    [Description("Further attributes of the policy")]
    public IReadOnlyDictionary<string, string>? Attributes { get; set; }

    [Description("Permits to take")]
    [Range(1, int.MaxValue)]
    [DefaultValue(1)]
    public int? Cost { get; set; }

    [Description("Only read, take nothing")]
    [DefaultValue(false)]
    public bool? Peek { get; set; }

    /// <summary>Sets a field that is text.</summary>
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

    /// <summary>Sets a field that is a whole number of 1 or more.</summary>
    public void Set(CheckField field, int number) => Cost = field == CheckField.Cost ? number : throw new UnreachableException();

    /// <summary>Sets a field that is true or false.</summary>
    public void Set(CheckField field, bool flag) => Peek = field == CheckField.Peek ? flag : throw new UnreachableException();
}

/// <summary>The fields of a check, in the order of <see cref="CheckRequest"/>. A set, for those that were seen.</summary>
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

/// <summary>The fields as JSON writes them.</summary>
internal static class CheckFields
{
    /// <summary>The fields that are a whole number of 1 or more.</summary>
    public const CheckField Numbers = CheckField.Cost;

    /// <summary>The fields that are true or false.</summary>
    public const CheckField Flags = CheckField.Peek;

    /// <summary>The texts that mostly are the same as in the check before.</summary>
    public const CheckField Repeated = CheckField.Policy | CheckField.Method | CheckField.Endpoint | CheckField.Mode;

    /// <summary>Every name, in the order of the fields.</summary>
    public static ImmutableArray<string> Names { get; } =
        [.. Enum.GetValues<CheckField>().Where(field => field != CheckField.Unknown).Select(Name)];

    public static string Name(this CheckField field) => JsonNamingPolicy.CamelCase.ConvertName(field.ToString());

    /// <summary>The field of the property at which the reader stands. The usual ones are tried first.</summary>
    /// <exception cref="InvalidOperationException">The property's name is not Unicode.</exception>
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
