using System.Text.Json;

namespace OrleansLimiter.Http;

/// <summary>The fields of a check. A set, for those that were seen.</summary>
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
    public const string Known = "policy, account, method, path, endpoint, resource, mode, ip, attributes, cost, peek";

    public static string Name(this CheckField field) => field.ToString().ToLowerInvariant();

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
