using System.Text.Json;

namespace OrleansLimiter.Http;

/// <summary>
/// Reads one check out of a body. By hand, because a serializer neither names the field in words fit for a caller nor
/// refuses what it does not know without an exception.
/// </summary>
internal ref struct CheckParser
{
    /// <summary>The most attributes of one check: 64, more than a policy may declare.</summary>
    public const int MaxAttributes = 64;

    private const string Known = "policy, account, method, path, endpoint, resource, mode, ip, attributes, cost, peek";

    [ThreadStatic]
    private static Dictionary<string, string>? s_attributes;

    private Field _seen;
    private Field _field;
    private string? _attribute;

    /// <summary>The field that is being read, for a fault that shows only while its text is decoded.</summary>
    public readonly string? Current =>
        _field == Field.Unknown ? null : _field.ToString().ToLowerInvariant() + (_attribute is null ? "" : "." + _attribute);

    [Flags]
    private enum Field
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

    /// <summary>Reads the object at whose start the reader stands; null when there was nothing wrong.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">The text of <see cref="Current"/> is not Unicode.</exception>
    public Problem? Parse(ref Utf8JsonReader reader, ref CheckBody body)
    {
        _field = Field.Unknown;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Problem.BadJson($"a check is an object, not {Kind(reader.TokenType)}");
        }

        _seen = Field.Unknown;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            _field = Field.Unknown;
            _field = FieldOf(ref reader);
            if (_field == Field.Unknown)
            {
                return Unknown(reader.GetString()!);
            }

            if ((_seen & _field) != 0)
            {
                return Problem.BadField(Current!, $"{Current} is given twice");
            }

            _seen |= _field;
            reader.Read();
            if (reader.TokenType != JsonTokenType.Null && Value(ref reader, ref body) is { } problem)
            {
                return problem;
            }
        }

        _field = Field.Unknown;
        return null;
    }

    public static string Kind(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        _ => "null",
    };

    private Problem? Value(ref Utf8JsonReader reader, ref CheckBody body)
    {
        switch (_field)
        {
            case Field.Cost:
                return Cost(ref reader, out body.Cost);
            case Field.Peek:
                body.Peek = reader.TokenType == JsonTokenType.True;
                return reader.TokenType is JsonTokenType.True or JsonTokenType.False ? null : Wrong(ref reader, "true or false");
            case Field.Attributes:
                return Attributes(ref reader, ref body);
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            return Wrong(ref reader, "a string");
        }

        string text = reader.GetString()!;
        switch (_field)
        {
            case Field.Policy: body.Policy = text; break;
            case Field.Account: body.Account = text; break;
            case Field.Method: body.Method = text; break;
            case Field.Path: body.Path = text; break;
            case Field.Endpoint: body.Endpoint = text; break;
            case Field.Resource: body.Resource = text; break;
            case Field.Mode: body.Mode = text; break;
            default: body.Ip = text; break;
        }

        return null;
    }

    private Problem? Attributes(ref Utf8JsonReader reader, ref CheckBody body)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Wrong(ref reader, "an object");
        }

        Dictionary<string, string> attributes = body.Attributes = s_attributes ??= [];
        attributes.Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            _attribute = null;
            string name = _attribute = reader.GetString()!;
            if (attributes.ContainsKey(name))
            {
                return Problem.BadField(Current!, $"attribute {Quote.Of(name)} is given twice");
            }

            if (attributes.Count == MaxAttributes)
            {
                return Problem.BadField("attributes", $"there are more than {MaxAttributes} attributes");
            }

            reader.Read();
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
            {
                return Wrong(ref reader, "a string");
            }

            attributes.Add(name, reader.GetString()!);
        }

        _attribute = null;
        return null;
    }

    private Problem? Cost(ref Utf8JsonReader reader, out int cost)
    {
        const string Right = "a whole number from 1 to 2147483647";
        cost = 0;
        if (reader.TokenType != JsonTokenType.Number)
        {
            return Wrong(ref reader, Right);
        }

        return reader.TryGetInt32(out cost) && cost > 0
            ? null
            : Problem.BadField("cost", $"cost is {NumberText(ref reader)}; it must be {Right}");
    }

    private readonly Problem Wrong(ref Utf8JsonReader reader, string right) =>
        Problem.BadField(Current!, $"{Current} is {Kind(reader.TokenType)}; it must be {right}");

    private static string NumberText(ref Utf8JsonReader reader)
    {
        string text = System.Text.Encoding.UTF8.GetString(
            reader.HasValueSequence ? System.Buffers.BuffersExtensions.ToArray(reader.ValueSequence) : reader.ValueSpan);
        return text.Length > Quote.MaxLength ? text[..Quote.MaxLength] + "…" : text;
    }

    private static Problem Unknown(string name) =>
        Problem.BadField(name.Length > Quote.MaxLength ? name[..Quote.MaxLength] : name, $"{Quote.Of(name)} is not a field of a check; known are {Known}");

    private static Field FieldOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("policy"u8) ? Field.Policy
        : reader.ValueTextEquals("account"u8) ? Field.Account
        : reader.ValueTextEquals("method"u8) ? Field.Method
        : reader.ValueTextEquals("path"u8) ? Field.Path
        : reader.ValueTextEquals("mode"u8) ? Field.Mode
        : reader.ValueTextEquals("cost"u8) ? Field.Cost
        : reader.ValueTextEquals("attributes"u8) ? Field.Attributes
        : reader.ValueTextEquals("peek"u8) ? Field.Peek
        : reader.ValueTextEquals("ip"u8) ? Field.Ip
        : reader.ValueTextEquals("endpoint"u8) ? Field.Endpoint
        : reader.ValueTextEquals("resource"u8) ? Field.Resource
        : Field.Unknown;
}
