using System.Text.Json;

namespace OrleansLimiter.AspNetCore;

/// <summary>Reads fields of an answer. A field that is missing or has another type throws, and the message names it.</summary>
internal static class RemoteFields
{
    private const long MaxMilliseconds = long.MaxValue / TimeSpan.TicksPerMillisecond;

    public static bool Has(this JsonElement parent, string name) => Expect(parent, JsonValueKind.Object, "a result", "an object")
        .TryGetProperty(name, out _);

    public static bool IsNull(this JsonElement parent, string name) => Field(parent, name).ValueKind == JsonValueKind.Null;

    public static bool Bool(this JsonElement parent, string name) => Field(parent, name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        var kind => throw Wrong(kind, name, "true or false"),
    };

    public static string Text(this JsonElement parent, string name) => Text(Field(parent, name), name, JsonValueKind.String);

    /// <summary>An integer, 0 or more.</summary>
    public static int Int(this JsonElement parent, string name) =>
        Expect(Field(parent, name), JsonValueKind.Number, name, "a number").TryGetInt32(out int value) && value >= 0
            ? value
            : throw Wrong(JsonValueKind.Number, name, "an integer from 0 to 2147483647");

    /// <summary>A duration in milliseconds, 0 or more.</summary>
    public static TimeSpan Time(this JsonElement parent, string name) =>
        Expect(Field(parent, name), JsonValueKind.Number, name, "a number").TryGetInt64(out long value)
        && value is >= 0 and <= MaxMilliseconds
            ? TimeSpan.FromTicks(value * TimeSpan.TicksPerMillisecond)
            : throw Wrong(JsonValueKind.Number, name, "a number of milliseconds");

    public static JsonElement Object(this JsonElement parent, string name) =>
        Expect(Field(parent, name), JsonValueKind.Object, name, "an object");

    public static JsonElement Array(this JsonElement parent, string name) =>
        Expect(Field(parent, name), JsonValueKind.Array, name, "an array");

    /// <summary>The text of a value.</summary>
    public static string Text(JsonElement value, string name, JsonValueKind kind) => Expect(value, kind, name, "a string").GetString()!;

    private static JsonElement Field(JsonElement parent, string name) =>
        Expect(parent, JsonValueKind.Object, "a result", "an object").TryGetProperty(name, out JsonElement value)
            ? value
            : throw new RemoteAnswerException($"the field '{name}' is missing");

    private static JsonElement Expect(JsonElement value, JsonValueKind kind, string name, string expected) =>
        value.ValueKind == kind ? value : throw Wrong(value.ValueKind, name, expected);

    private static RemoteAnswerException Wrong(JsonValueKind found, string name, string expected) =>
        new($"'{name}' is of the type {found}; {expected} is expected");
}
