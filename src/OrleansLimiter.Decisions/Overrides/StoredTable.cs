using System.Text.Json.Serialization;

namespace OrleansLimiter.Decisions;

/// <summary>The JSON form of a table. A change of these members is a new format.</summary>
internal sealed record StoredTable(uint Version, uint Floor, StoredOverride?[] Overrides);

/// <summary>The JSON form of a change of a table.</summary>
internal sealed record StoredChange(uint Version, uint Floor, uint[]? Removed = null, StoredOverride? Added = null);

/// <summary>The JSON form of an override.</summary>
internal sealed record StoredOverride
{
    public required uint Version { get; init; }
    public required AccountKind Kind { get; init; }
    public required string Account { get; init; }
    public required string Policy { get; init; }
    public required string Limit { get; init; }
    public int? Permits { get; init; }
    public decimal? Multiply { get; init; }
    public bool Unlimited { get; init; }
    public TimeSpan? Window { get; init; }
    public SortedDictionary<string, string[]>? When { get; init; }
    public DateTimeOffset? Until { get; init; }
    public required string Note { get; init; }
    public required string SetBy { get; init; }
    public required DateTimeOffset SetAt { get; init; }

    /// <summary>Whether a collection contains null, which the JSON reader does not check.</summary>
    [JsonIgnore]
    public bool ContainsNull => When is not null && When.Values.Any(values => values is null || values.Contains(null!));

    public static StoredOverride Of(Override entry) => new()
    {
        Version = entry.Version,
        Kind = entry.Account.Kind,
        Account = entry.Account.Name,
        Policy = entry.Policy,
        Limit = entry.Limit,
        Permits = entry.Permits,
        Multiply = entry.Multiply,
        Unlimited = entry.Unlimited,
        Window = entry.Window,
        When = entry.When is { } when
            ? new(when.Terms.ToDictionary(term => term.Key, term => term.Values.ToArray()), StringComparer.Ordinal)
            : null,
        Until = entry.Until,
        Note = entry.Note,
        SetBy = entry.SetBy,
        SetAt = entry.SetAt,
    };

    public Override ToOverride() => new()
    {
        Version = Version,
        Account = new(Kind, Account),
        Policy = Policy,
        Limit = Limit,
        Permits = Permits,
        Multiply = Multiply,
        Unlimited = Unlimited,
        Window = Window,
        When = When is null ? null : Conditions.Normal(new([.. When.Select(term => new ConditionTerm(term.Key, [.. term.Value]))])),
        Until = Until,
        Note = Note,
        SetBy = SetBy,
        SetAt = SetAt,
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(StoredTable))]
[JsonSerializable(typeof(StoredChange))]
internal sealed partial class StoredJson : JsonSerializerContext;
