using System.Numerics;

namespace OrleansLimiter.Http;

/// <summary>
/// Parses one check. A serializer would throw exceptions for invalid input, and would not report the field in words for callers.
/// </summary>
internal ref struct CheckParser
{
    /// <summary>The maximum number of attributes of a check: 64, more than a policy may declare.</summary>
    public const int MaxAttributes = 64;

    /// <summary>
    /// The maximum length of a text or name, as it stands in the JSON: 64 KiB, more than a path of 8,192 escaped characters. A longer one
    /// is refused before it becomes a string, because large objects cause collections of the whole heap.
    /// </summary>
    public const int MaxTextBytes = 64 * 1024;

    // The maximum length of a text that is kept for the next check.
    private const int MaxRepeated = 128;

    [ThreadStatic]
    private static Dictionary<string, string>? s_attributes;

    [ThreadStatic]
    private static string?[]? s_previous;

    private CheckField _seen;
    private CheckField _field;
    private string? _attribute;

    /// <summary>The field that is being read, for an exception while its text is decoded; null while a name is read.</summary>
    public readonly string? Current =>
        _field == CheckField.Unknown ? null : _field.Name() + (_attribute is null ? "" : "." + Quote.Cut(_attribute));

    /// <summary>Parses the object at whose start the reader is; null if it is valid.</summary>
    /// <exception cref="JsonException">The body is not JSON.</exception>
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
            _field = CheckField.Unknown; // Of throws if the name is not valid text
            _field = CheckFields.Of(ref reader);
            if (_field == CheckField.Unknown)
            {
                return IsTooLong(ref reader) ? LongName : Unknown(reader.GetString()!);
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
        _ => throw new ArgumentOutOfRangeException(nameof(token), token, "not the start of a value"),
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

        if (IsTooLong(ref reader))
        {
            return LongText();
        }

        body.Set(_field, (_field & CheckFields.Repeated) != 0 ? Repeated(ref reader, _field) : reader.GetString()!);
        return null;
    }

    // Successive checks, above all those of a batch, mostly have the same text. It need not be allocated again.
    private static string Repeated(ref Utf8JsonReader reader, CheckField field)
    {
        ref string? previous = ref (s_previous ??= new string?[32])[BitOperations.Log2((uint)field)];
        if (previous is not null && reader.ValueTextEquals(previous))
        {
            return previous;
        }

        string text = reader.GetString()!;
        previous = text.Length <= MaxRepeated ? text : previous;
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
            if (IsTooLong(ref reader))
            {
                return LongName;
            }

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

            if (IsTooLong(ref reader))
            {
                return LongText();
            }

            attributes.Add(name, reader.GetString()!);
        }

        _attribute = null;
        return null;
    }

    private readonly Problem? Number(ref Utf8JsonReader reader, ref CheckRequest body)
    {
        const string Expected = "a whole number from 1 to 2147483647";
        if (reader.TokenType != JsonTokenType.Number)
        {
            return Wrong(ref reader, Expected);
        }

        if (!reader.TryGetInt32(out int number) || number <= 0)
        {
            return Problem.BadField(Current!, $"{Current} is {NumberText(ref reader)}; it must be {Expected}");
        }

        body.Set(_field, number);
        return null;
    }

    private static Problem LongName => Problem.BadJson($"the name of a field has more than {MaxTextBytes} bytes");

    private static bool IsTooLong(ref Utf8JsonReader reader) =>
        (reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length) > MaxTextBytes;

    private readonly Problem LongText() => Problem.BadField(Current!, $"{Current} has more than {MaxTextBytes} bytes");

    private readonly Problem Wrong(ref Utf8JsonReader reader, string expected) =>
        Problem.BadField(Current!, $"{Current} is {Kind(reader.TokenType)}; it must be {expected}");

    private static string NumberText(ref Utf8JsonReader reader)
    {
        string text = System.Text.Encoding.UTF8.GetString(
            reader.HasValueSequence ? System.Buffers.BuffersExtensions.ToArray(reader.ValueSequence) : reader.ValueSpan);
        return Quote.Cut(text);
    }

    private static Problem Unknown(string name) =>
        Problem.BadField(Quote.Cut(name), $"{Quote.Of(name)} is not a field of a check; known are {string.Join(", ", CheckFields.Names)}");
}
