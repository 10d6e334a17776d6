using System.Numerics;
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
    private static string?[]? s_before;

    private CheckField _seen;
    private CheckField _field;
    private string? _attribute;

    /// <summary>The field that is being read, for an error that shows only while its text is decoded.</summary>
    public readonly string? Current =>
        _field == CheckField.Unknown ? null : _field.Name() + (_attribute is null ? "" : "." + Quote.Cut(_attribute));

    /// <summary>Reads the object at whose start the reader stands; null when there was nothing wrong.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">The text of <see cref="Current"/> is not Unicode.</exception>
    public Problem? Parse(ref Utf8JsonReader reader, ref CheckRequest body)
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
        JsonTokenType.Null => "null",
        _ => throw new ArgumentOutOfRangeException(nameof(token), token, "no value begins with it"),
    };

    private Problem? Value(ref Utf8JsonReader reader, ref CheckRequest body)
    {
        if (_field == CheckField.Attributes)
        {
            return Attributes(ref reader, ref body);
        }

        if ((_field & CheckFields.Numbers) != 0)
        {
            return Number(ref reader, ref body);
        }

        if ((_field & CheckFields.Flags) != 0)
        {
            if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
            {
                return Wrong(ref reader, "true or false");
            }

            body.Set(_field, reader.TokenType == JsonTokenType.True);
            return null;
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            return Wrong(ref reader, "a string");
        }

        body.Set(_field, (_field & CheckFields.Repeated) != 0 ? Repeated(ref reader, _field) : reader.GetString()!);
        return null;
    }

    // Checks, those of a batch above all, mostly say the same as the one before: the text is there already.
    private static string Repeated(ref Utf8JsonReader reader, CheckField field)
    {
        ref string? before = ref (s_before ??= new string?[32])[BitOperations.Log2((uint)field)];
        if (before is not null && reader.ValueTextEquals(before))
        {
            return before;
        }

        string text = reader.GetString()!;
        before = text.Length <= MaxRepeated ? text : before;
        return text;
    }

    private Problem? Attributes(ref Utf8JsonReader reader, ref CheckRequest body)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Wrong(ref reader, "an object");
        }

        Dictionary<string, string> attributes = s_attributes ??= [];
        body.Attributes = attributes;
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

    private readonly Problem? Number(ref Utf8JsonReader reader, ref CheckRequest body)
    {
        const string Right = "a whole number from 1 to 2147483647";
        if (reader.TokenType != JsonTokenType.Number)
        {
            return Wrong(ref reader, Right);
        }

        if (!reader.TryGetInt32(out int number) || number <= 0)
        {
            return Problem.BadField(Current!, $"{Current} is {NumberText(ref reader)}; it must be {Right}");
        }

        body.Set(_field, number);
        return null;
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
        Problem.BadField(Quote.Cut(name), $"{Quote.Of(name)} is not a field of a check; known are {string.Join(", ", CheckFields.Names)}");
}
