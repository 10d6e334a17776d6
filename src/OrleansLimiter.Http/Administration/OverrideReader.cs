using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;

namespace OrleansLimiter.Http;

/// <summary>
/// Reads the body of a <c>PUT</c> of an override and collects all errors of syntax. <see cref="Override.Validate"/> checks the values.
/// </summary>
internal sealed class OverrideReader
{
    private static readonly Dictionary<string, OverrideField> Fields =
        OverrideField.All.Where(field => field.Read is not null).ToDictionary(field => field.Name);

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8 };

    private readonly List<FieldError> _errors = [];

    /// <summary>Reads a body into <paramref name="change"/>, which has account, policy and limit.</summary>
    public static Problem? Read(in ReadOnlySequence<byte> body, ref Override change)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            var reader = new OverrideReader();
            change = reader.Read(document.RootElement, change);
            return reader._errors.Count > 0 ? Problem.BadFields(reader._errors) : null;
        }
        catch (JsonException exception)
        {
            return Problem.BadJson(exception, body.IsEmpty);
        }
        catch (InvalidOperationException)
        {
            return Problem.BadJson("a text in the body is not valid Unicode");
        }
    }

    private Override Read(JsonElement body, Override change)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            _errors.Add(new("", $"an override is an object, not {Kind(body)}"));
            return change;
        }

        HashSet<string> seen = [];
        foreach (JsonProperty field in body.EnumerateObject())
        {
            if (!seen.Add(field.Name))
            {
                _errors.Add(new(Quote.Cut(field.Name), $"{Quote.Of(field.Name)} is given twice"));
            }
            else if (field.Value.ValueKind != JsonValueKind.Null)
            {
                change = Fields.TryGetValue(field.Name, out OverrideField? known)
                    ? known.Read!(this, field.Value, change)
                    : Unknown(field.Name, change);
            }
        }

        return change;
    }

    public int? Permits(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int permits)
            ? permits
            : AddError<int?>("permits", value, $"a whole number from 0 to {Rule.MaxPermits}");

    public decimal? Multiply(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal factor)
            ? factor
            : AddError<decimal?>("multiply", value, $"a number above 0, at most {Override.MaxMultiply}");

    public bool Unlimited(JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : AddError<bool>("unlimited", value, "true or false");

    public TimeSpan? Window(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && DurationText.TryParse(value.GetString()!, out TimeSpan window)
                && window < TimeSpan.MaxValue
            ? window
            : AddError<TimeSpan?>("window", value, "a duration like 60s: a whole number and ms, s, m, h or d");

    public DateTimeOffset? Until(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && MomentText.TryParse(value.GetString()!, out DateTimeOffset until)
            ? until
            : AddError<DateTimeOffset?>("until", value, MomentText.Expected);

    public string Text(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : AddError<string>(name, value, "a string") ?? "";

    public Condition? When(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return AddError<Condition>("when", value, "an object of names and values");
        }

        // No attribute has a name of this length, and other errors would repeat the name.
        foreach (JsonProperty term in value.EnumerateObject().Where(term => term.Name.Length > Quote.MaxLength))
        {
            _errors.Add(new($"when.{Quote.Cut(term.Name)}", $"{Quote.Of(term.Name)} is not the name of an attribute"));
            return null;
        }

        return new([.. value.EnumerateObject().Select(term => new ConditionTerm(term.Name, Values(term)))]);
    }

    private ImmutableArray<string> Values(JsonProperty term)
    {
        string field = $"when.{term.Name}";
        return term.Value.ValueKind == JsonValueKind.Array
            ? [.. term.Value.EnumerateArray().Select(value => Text(field, value))]
            : [Text(field, term.Value)];
    }

    private Override Unknown(string name, Override change)
    {
        _errors.Add(new(Quote.Cut(name), $"{Quote.Of(name)} is not a field of an override; known are {string.Join(", ", Fields.Keys)}"));
        return change;
    }

    private T? AddError<T>(string field, JsonElement value, string expected)
    {
        string found = value.ValueKind is JsonValueKind.Number ? Quote.Cut(value.GetRawText())
            : value.ValueKind is JsonValueKind.String ? Quote.Of(value.GetString()!)
            : Kind(value);
        _errors.Add(new(field, $"{field} is {found}; it must be {expected}"));
        return default;
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => throw new UnreachableException(),
    };
}
