namespace OrleansLimiter.Http;

/// <summary>
/// Reads a batch with options: an object with the array of checks. The options can follow the checks, so the first pass reads them and
/// checks that the whole body is JSON, and the second one reads the checks.
/// </summary>
internal static class BatchReader
{
    private const string Checks = "checks";
    private const string Responses = "responses";
    private const string Problems = "problems";
    private const string Flag = "true or false";

    /// <summary>Reads a batch.</summary>
    /// <param name="reader">A reader at the start of the object.</param>
    /// <param name="body">The body that it reads.</param>
    /// <param name="policies">The policies in force.</param>
    /// <param name="batch">Receives the options and the checks.</param>
    public static Problem? Read(Utf8JsonReader reader, ReadOnlySpan<byte> body, ServedSnapshot policies, Batch batch)
    {
        HashSet<string> seen = [];
        Utf8JsonReader checks = default;
        Problem? problem = null;
        try
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string? name = NameOf(ref reader);
                bool isFirst = name is not null && seen.Add(name);
                problem ??= name is null ? Unknown(ref reader) : isFirst ? null : Problem.BadField(name, $"{name} is given twice");
                reader.Read();
                if (name is not null && reader.TokenType != JsonTokenType.Null)
                {
                    problem ??= Value(reader, name, batch);
                    checks = name == Checks ? reader : checks;
                }

                reader.Skip();
            }

            reader.Read(); // nothing follows
        }
        catch (JsonException exception)
        {
            problem = Problem.BadJson(exception, bodyIsEmpty: false);
        }

        return seen.Count == 0 ? CheckReader.NotAnArray(JsonTokenType.StartObject)
            : problem is not null ? problem
            : checks.TokenType == JsonTokenType.None ? Problem.BadField(Checks, $"{Checks} is omitted; give an array of checks")
            : CheckReader.All(ref checks, body, policies, batch, Checks);
    }

    private static Problem? Value(in Utf8JsonReader reader, string name, Batch batch)
    {
        if (name == Checks)
        {
            return reader.TokenType == JsonTokenType.StartArray ? null : Wrong(name, reader.TokenType, "an array");
        }

        if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
        {
            return Wrong(name, reader.TokenType, Flag);
        }

        if (reader.TokenType == JsonTokenType.True)
        {
            batch.Options |= name == Responses ? BatchOptions.Responses : BatchOptions.Problems;
        }

        return null;
    }

    // Null for another name, also one that is not Unicode.
    private static string? NameOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.ValueTextEquals("checks"u8) ? Checks
                : reader.ValueTextEquals("responses"u8) ? Responses
                : reader.ValueTextEquals("problems"u8) ? Problems
                : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static Problem Unknown(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length > CheckParser.MaxTextBytes)
        {
            return Problem.BadJson($"the name of a field has more than {CheckParser.MaxTextBytes} bytes");
        }

        try
        {
            string name = reader.GetString()!;
            return Problem.BadField(
                Quote.Cut(name), $"{Quote.Of(name)} is not a field of a batch; known are {Checks}, {Responses}, {Problems}");
        }
        catch (InvalidOperationException)
        {
            return Problem.BadJson("the name of a field is not valid Unicode text");
        }
    }

    private static Problem Wrong(string name, JsonTokenType token, string expected) =>
        Problem.BadField(name, $"{name} is {CheckParser.Kind(token)}; it must be {expected}");
}
