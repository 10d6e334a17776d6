using System.Collections.Immutable;

namespace OrleansLimiter.Http;

/// <summary>
/// A field of an override in JSON: its name, how it is read from the body of a <c>PUT</c>, how it is written to responses, and its
/// description in the OpenAPI document.
/// </summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type whose schema the field has.</param>
/// <param name="Write">Writes the value. Not called if <see cref="IsGiven"/> returns false.</param>
internal sealed record OverrideField(string Name, Type Type, Action<Utf8JsonWriter, Override> Write)
{
    /// <summary>All fields, in the order of responses.</summary>
    public static ImmutableArray<OverrideField> All { get; } =
    [
        new("account", typeof(string), (json, entry) => json.WriteStringValue(entry.Account.Name)),
        new("kind", typeof(string), (json, entry) => json.WriteStringValue(AccountKinds.Words[entry.Account.Kind]))
        {
            Description = "id, or ip for a caller identified by address",
        },
        new("policy", typeof(string), (json, entry) => json.WriteStringValue(entry.Policy)),
        new("limit", typeof(string), (json, entry) => json.WriteStringValue(entry.Limit)),
        new("permits", typeof(int?), (json, entry) => json.WriteNumberValue(entry.Permits!.Value))
        {
            Description = "Permits instead of the limit's; 0 refuses everything",
            Bounds = (0, Rule.MaxPermits),
            IsGiven = entry => entry.Permits is not null,
            Read = (body, value, change) => change with { Permits = body.Permits(value) },
        },
        new("multiply", typeof(decimal?), (json, entry) => json.WriteNumberValue(entry.Multiply!.Value))
        {
            Description = "A factor for the limit's permits, above 0, at most 1000, with at most 6 decimals",
            IsGiven = entry => entry.Multiply is not null,
            Read = (body, value, change) => change with { Multiply = body.Multiply(value) },
        },
        new("unlimited", typeof(bool?), (json, entry) => json.WriteBooleanValue(entry.Unlimited))
        {
            Description = "true: the limit does not apply",
            IsGiven = entry => entry.Unlimited,
            Read = (body, value, change) => change with { Unlimited = body.Unlimited(value) },
        },
        new("when", typeof(IReadOnlyDictionary<string, IReadOnlyList<string>>), (json, entry) => WriteWhen(json, entry.When!))
        {
            Description = "The requests to which the override applies: names, each with a string or an array of strings",
            IsGiven = entry => entry.When is { Terms.IsEmpty: false },
            Read = (body, value, change) => change with { When = body.When(value) },
        },
        new("window", typeof(string), (json, entry) => json.WriteStringValue(DurationText.Format(entry.Window!.Value)))
        {
            Description = "A window instead of the limit's, as in policy files: 60s",
            IsGiven = entry => entry.Window is not null,
            Read = (body, value, change) => change with { Window = body.Window(value) },
        },
        new("until", typeof(DateTimeOffset?), (json, entry) => json.WriteStringValue(entry.Until!.Value))
        {
            Description = "The time at which the override expires",
            IsGiven = entry => entry.Until is not null,
            Read = (body, value, change) => change with { Until = body.Until(value) },
        },
        new("note", typeof(string), (json, entry) => json.WriteStringValue(entry.Note))
        {
            Description = "The reason",
            MaxLength = Override.MaxNote,
            Read = (body, value, change) => change with { Note = body.Text("note", value) },
        },
        new("by", typeof(string), (json, entry) => json.WriteStringValue(entry.SetBy))
        {
            Description = "The author",
            MaxLength = Override.MaxNote,
            Read = (body, value, change) => change with { SetBy = body.Text("by", value) },
        },
        new("at", typeof(DateTimeOffset), (json, entry) => json.WriteStringValue(entry.SetAt)) { Description = "The time of the change" },
    ];

    /// <summary>The description; null if the name is enough.</summary>
    public string? Description { get; init; }

    /// <summary>The minimum and maximum of an integer; null for other types.</summary>
    public (int Min, int Max)? Bounds { get; init; }

    /// <summary>The maximum length of a text; null if there is none.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Returns whether an override has a value; null if every override has one.</summary>
    public Func<Override, bool>? IsGiven { get; init; }

    /// <summary>Reads the field from a body; null if it is not part of a body.</summary>
    public Func<OverrideReader, JsonElement, Override, Override>? Read { get; init; }

    private static void WriteWhen(Utf8JsonWriter json, Condition when)
    {
        json.WriteStartObject();
        foreach (ConditionTerm term in when.Terms)
        {
            json.WriteStartArray(term.Key);
            foreach (string value in term.Values)
            {
                json.WriteStringValue(value);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
