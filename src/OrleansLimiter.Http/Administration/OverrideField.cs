using System.Collections.Immutable;
using System.Text.Json;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http;

/// <summary>
/// A field of an override as JSON: its name, how it is read from the body of a <c>PUT</c>, how it is written into answers, and what
/// the OpenAPI document says of it.
/// </summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type whose schema the field has.</param>
/// <param name="Write">Writes the value; not called where <see cref="IsGiven"/> says that there is none.</param>
internal sealed record OverrideField(string Name, Type Type, Action<Utf8JsonWriter, Override> Write)
{
    /// <summary>Every field, in the order of answers.</summary>
    public static ImmutableArray<OverrideField> All { get; } =
    [
        new("account", typeof(string), (json, entry) => json.WriteStringValue(entry.Account.Name)),
        new("kind", typeof(string), (json, entry) => json.WriteStringValue(AccountKinds.Words[entry.Account.Kind]))
        {
            Description = "id, or ip for a caller known by address",
        },
        new("policy", typeof(string), (json, entry) => json.WriteStringValue(entry.Policy)),
        new("limit", typeof(string), (json, entry) => json.WriteStringValue(entry.Limit)),
        new("permits", typeof(int?), (json, entry) => json.WriteNumberValue(entry.Permits!.Value))
        {
            Description = "Permits instead of the limit's; 0 blocks",
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
            Description = "Whether the limit does not apply at all",
            IsGiven = entry => entry.Unlimited,
            Read = (body, value, change) => change with { Unlimited = body.Unlimited(value) },
        },
        new("when", typeof(IReadOnlyDictionary<string, IReadOnlyList<string>>), (json, entry) => WriteWhen(json, entry.When!))
        {
            Description = "Only for such requests: names and their values, each a string or an array of strings",
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
            Description = "From then on it is as if it had been removed",
            IsGiven = entry => entry.Until is not null,
            Read = (body, value, change) => change with { Until = body.Until(value) },
        },
        new("note", typeof(string), (json, entry) => json.WriteStringValue(entry.Note))
        {
            Description = "Why",
            MaxLength = Override.MaxNote,
            Read = (body, value, change) => change with { Note = body.Text("note", value) },
        },
        new("by", typeof(string), (json, entry) => json.WriteStringValue(entry.SetBy))
        {
            Description = "Who set it",
            MaxLength = Override.MaxNote,
            Read = (body, value, change) => change with { SetBy = body.Text("by", value) },
        },
        new("at", typeof(DateTimeOffset), (json, entry) => json.WriteStringValue(entry.SetAt)) { Description = "When it was set" },
    ];

    /// <summary>What it means; null if its name says it.</summary>
    public string? Description { get; init; }

    /// <summary>Between which numbers it is; null if it is no whole number.</summary>
    public (int Min, int Max)? Bounds { get; init; }

    /// <summary>The most characters; null if it is no text, or a name.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Whether an override has a value to show; null if each has.</summary>
    public Func<Override, bool>? IsGiven { get; init; }

    /// <summary>Reads it from a body; null if it is not part of one.</summary>
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
