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

    // What is longer than any name is nothing to keep.
    private const int MaxRepeated = 128;

    [ThreadStatic]
    private static Dictionary<string, string>? s_attributes;

    [ThreadStatic]
    private static string? s_policy;

    [ThreadStatic]
    private static string? s_method;

    [ThreadStatic]
    private static string? s_endpoint;

    [ThreadStatic]
    private static string? s_mode;

    private CheckField _seen;
    private CheckField _field;
    private string? _attribute;

    /// <summary>The field that is being read, for a fault that shows only while its text is decoded.</summary>
    public readonly string? Current =>
        _field == CheckField.Unknown ? null : _field.Name() + (_attribute is null ? "" : "." + Quote.Cut(_attribute));

    /// <summary>Reads the object at whose start the reader stands; null when there was nothing wrong.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">The text of <see cref="Current"/> is not Unicode.</exception>
    public Problem? Parse(ref Utf8JsonReader reader, ref CheckBody body)
    {
        _field = CheckField.Unknown;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Problem.BadJson($"a check is an object, not {Kind(reader.TokenType)}");
        }

        _seen = CheckField.Unknown;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            _field = CheckField.Unknown; // a name that is no text is no field either
            _field = CheckFields.Of(ref reader);
            if (_field == CheckField.Unknown)
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

        _field = CheckField.Unknown;
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
            case CheckField.Cost:
                return Cost(ref reader, out body.Cost);
            case CheckField.Peek:
                body.Peek = reader.TokenType == JsonTokenType.True;
                return reader.TokenType is JsonTokenType.True or JsonTokenType.False ? null : Wrong(ref reader, "true or false");
            case CheckField.Attributes:
                return Attributes(ref reader, ref body);
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            return Wrong(ref reader, "a string");
        }

        switch (_field)
        {
            case CheckField.Policy: body.Policy = Repeated(ref reader, ref s_policy); break;
            case CheckField.Account: body.Account = reader.GetString(); break;
            case CheckField.Method: body.Method = Repeated(ref reader, ref s_method); break;
            case CheckField.Path: body.Path = reader.GetString(); break;
            case CheckField.Endpoint: body.Endpoint = Repeated(ref reader, ref s_endpoint); break;
            case CheckField.Resource: body.Resource = reader.GetString(); break;
            case CheckField.Mode: body.Mode = Repeated(ref reader, ref s_mode); break;
            default: body.Ip = reader.GetString(); break;
        }

        return null;
    }

    // Checks, those of a batch above all, mostly say the same as the one before: the text is there already.
    private static string Repeated(ref Utf8JsonReader reader, ref string? before)
    {
        if (before is not null && reader.ValueTextEquals(before))
        {
            return before;
        }

        string text = reader.GetString()!;
        before = text.Length <= MaxRepeated ? text : before;
        return text;
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
        return Quote.Cut(text);
    }

    private static Problem Unknown(string name) =>
        Problem.BadField(Quote.Cut(name), $"{Quote.Of(name)} is not a field of a check; known are {CheckFields.Known}");
}
