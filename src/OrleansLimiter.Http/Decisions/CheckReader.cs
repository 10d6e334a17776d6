using System.Buffers;

namespace OrleansLimiter.Http;

/// <summary>Reads the bodies of <c>/v1/check</c> and <c>/v1/check/batch</c>.</summary>
internal static class CheckReader
{
    // The depth of a batch is at most 4: the object with options, the array, a check, its attributes.
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 8 };

    // For the body of a long request. A pool of arrays would keep one of 1 MiB for each thread.
    private static byte[]? s_long;

    public static Problem? One(in ReadOnlySequence<byte> body, ServedSnapshot policies, out ResolvedCheck check)
    {
        if (body.IsSingleSegment)
        {
            return One(body.FirstSpan, policies, out check);
        }

        byte[] whole = Gather(body);
        Problem? problem = One(whole.AsSpan(0, (int)body.Length), policies, out check);
        Return(whole);
        return problem;
    }

    /// <summary>Reads all checks of a batch. If one is invalid, none is decided, unless the batch asks for problems.</summary>
    public static Problem? Many(in ReadOnlySequence<byte> body, ServedSnapshot policies, Batch batch)
    {
        if (body.IsSingleSegment)
        {
            return Many(body.FirstSpan, policies, batch);
        }

        byte[] whole = Gather(body);
        Problem? problem = Many(whole.AsSpan(0, (int)body.Length), policies, batch);
        Return(whole);
        return problem;
    }

    // A JSON reader takes half the time for one segment; the copy takes a fraction of that.
    private static byte[] Gather(in ReadOnlySequence<byte> body)
    {
        byte[] whole = body.Length > LongRequestQueue.LongBody
            ? Interlocked.Exchange(ref s_long, null) ?? GC.AllocateUninitializedArray<byte>(LimiterHttpOptions.MaxBodyBytes)
            : ArrayPool<byte>.Shared.Rent((int)body.Length);
        body.CopyTo(whole);
        return whole;
    }

    private static void Return(byte[] whole)
    {
        if (whole.Length == LimiterHttpOptions.MaxBodyBytes)
        {
            s_long = whole;
        }
        else
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    private static Problem? One(ReadOnlySpan<byte> body, ServedSnapshot policies, out ResolvedCheck check)
    {
        check = default;
        var reader = new Utf8JsonReader(body, Strict);
        CheckRequest request = new();
        return Advance(ref reader, body) ?? Parse(ref reader, ref request) ?? Advance(ref reader, body)
            ?? CheckResolver.Resolve(request, policies, out check);
    }

    /// <summary>Reads the checks of an array, at whose start the reader is. Afterwards it is at the end of the array.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="body">The body that it reads.</param>
    /// <param name="policies">The policies in force.</param>
    /// <param name="batch">Receives the checks.</param>
    /// <param name="field">The name of the array in problems; empty if it is the whole body.</param>
    public static Problem? All(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> body, ServedSnapshot policies, Batch batch, string field)
    {
        List<ResolvedCheck> checks = batch.Checks;
        while (true)
        {
            if (Advance(ref reader, body) is { } notJson)
            {
                return notJson;
            }

            if (reader.TokenType == JsonTokenType.EndArray)
            {
                return null;
            }

            if (batch.Count == LimiterHttpOptions.MaxBatch)
            {
                return Problem.BadJson($"the batch has more than {LimiterHttpOptions.MaxBatch} checks");
            }

            int depth = reader.CurrentDepth;
            CheckRequest request = new();
            ResolvedCheck check = default;
            if ((Parse(ref reader, ref request) ?? CheckResolver.Resolve(request, policies, out check)) is not { } invalid)
            {
                checks.Add(check);
                continue;
            }

            if ((batch.Options & BatchOptions.Problems) == 0)
            {
                return invalid.At(batch.Count, field);
            }

            batch.Invalid.Add(new(batch.Count, invalid.Cut()));
            SkipTo(ref reader, depth);
        }
    }

    private static Problem? Many(ReadOnlySpan<byte> body, ServedSnapshot policies, Batch batch)
    {
        var reader = new Utf8JsonReader(body, Strict);
        return Advance(ref reader, body) is { } problem ? problem
            : reader.TokenType == JsonTokenType.StartObject ? BatchReader.Read(reader, body, policies, batch)
            : reader.TokenType != JsonTokenType.StartArray ? NotAnArray(reader.TokenType)
            : All(ref reader, body, policies, batch, field: "") ?? Advance(ref reader, body);
    }

    /// <summary>The problem of a batch that is not an array, and has no options either.</summary>
    public static Problem NotAnArray(JsonTokenType token) =>
        Problem.BadJson($"a batch is an array of checks, not {CheckParser.Kind(token)}");

    // Moves to the end of an invalid check. The reader is at its end already, at its only token, or in one of its fields.
    private static void SkipTo(ref Utf8JsonReader reader, int depth)
    {
        if (reader.CurrentDepth == depth)
        {
            reader.Skip();
        }

        while (reader.CurrentDepth > depth)
        {
            reader.Read();
        }
    }

    private static Problem? Parse(ref Utf8JsonReader reader, ref CheckRequest request)
    {
        var parser = default(CheckParser);
        try
        {
            return parser.Parse(ref reader, ref request);
        }
        catch (JsonException exception)
        {
            return Problem.BadJson(exception, bodyIsEmpty: false);
        }
        catch (InvalidOperationException)
        {
            return parser.Current is { } field
                ? Problem.BadField(field, $"{field} is not valid Unicode text")
                : Problem.BadJson("the name of a field is not valid Unicode text");
        }
    }

    // Reads the next token. After the last one, it checks that nothing follows.
    private static Problem? Advance(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        try
        {
            reader.Read();
            return null;
        }
        catch (JsonException exception)
        {
            return Problem.BadJson(exception, body.IsEmpty);
        }
    }
}
