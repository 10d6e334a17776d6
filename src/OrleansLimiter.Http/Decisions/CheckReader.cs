using System.Buffers;
using System.Text.Json;

namespace OrleansLimiter.Http;

/// <summary>Reads bodies of checks, one or many.</summary>
internal static class CheckReader
{
    // A check in a batch, and its attributes; what nests deeper is no check.
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 8 };

    public static Problem? One(in ReadOnlySequence<byte> body, ServedSnapshot policies, out ResolvedCheck check)
    {
        if (body.IsSingleSegment)
        {
            return One(body.FirstSpan, policies, out check);
        }

        byte[] whole = Gather(body);
        Problem? problem = One(whole.AsSpan(0, (int)body.Length), policies, out check);
        ArrayPool<byte>.Shared.Return(whole);
        return problem;
    }

    /// <summary>All of a batch or, where one is bad, nothing: the checks before it have not been taken.</summary>
    public static Problem? Many(in ReadOnlySequence<byte> body, ServedSnapshot policies, List<ResolvedCheck> checks)
    {
        if (body.IsSingleSegment)
        {
            return Many(body.FirstSpan, policies, checks);
        }

        byte[] whole = Gather(body);
        Problem? problem = Many(whole.AsSpan(0, (int)body.Length), policies, checks);
        ArrayPool<byte>.Shared.Return(whole);
        return problem;
    }

    // A JSON reader takes half as long for one piece, and the copy is a fraction of that.
    private static byte[] Gather(in ReadOnlySequence<byte> body)
    {
        byte[] whole = ArrayPool<byte>.Shared.Rent((int)body.Length);
        body.CopyTo(whole);
        return whole;
    }

    private static Problem? One(ReadOnlySpan<byte> body, ServedSnapshot policies, out ResolvedCheck check)
    {
        check = default;
        var reader = new Utf8JsonReader(body, Strict);
        CheckRequest read = new();
        return Next(ref reader, body) ?? Parse(ref reader, ref read) ?? Ended(ref reader)
            ?? CheckResolver.Resolve(read, policies, out check);
    }

    private static Problem? Many(ReadOnlySpan<byte> body, ServedSnapshot policies, List<ResolvedCheck> checks)
    {
        var reader = new Utf8JsonReader(body, Strict);
        if (Next(ref reader, body) is { } problem)
        {
            return problem;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Problem.BadJson($"a batch is an array of checks, not {CheckParser.Kind(reader.TokenType)}");
        }

        while (true)
        {
            if (Next(ref reader, body) is { } broken)
            {
                return broken;
            }

            if (reader.TokenType == JsonTokenType.EndArray)
            {
                return Ended(ref reader);
            }

            if (checks.Count == LimiterHttpOptions.MaxBatch)
            {
                return Problem.BadJson($"the batch has more than {LimiterHttpOptions.MaxBatch} checks");
            }

            CheckRequest read = new();
            if (Parse(ref reader, ref read) is { } bad)
            {
                return bad.At(checks.Count);
            }

            if (CheckResolver.Resolve(read, policies, out ResolvedCheck check) is { } senseless)
            {
                return senseless.At(checks.Count);
            }

            checks.Add(check);
        }
    }

    private static Problem? Parse(ref Utf8JsonReader reader, ref CheckRequest body)
    {
        var parser = default(CheckParser);
        try
        {
            return parser.Parse(ref reader, ref body);
        }
        catch (JsonException exception)
        {
            return Broken(exception);
        }
        catch (InvalidOperationException) when (parser.Current is { } field)
        {
            return Problem.BadField(field, $"{field} is not valid Unicode text");
        }
        catch (InvalidOperationException)
        {
            return Problem.BadJson("the name of a field is not valid Unicode text");
        }
    }

    private static Problem? Next(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        try
        {
            reader.Read();
            return null;
        }
        catch (JsonException exception)
        {
            return body.IsEmpty ? Problem.BadJson("the body is empty; it must be JSON") : Broken(exception);
        }
    }

    private static Problem? Ended(ref Utf8JsonReader reader)
    {
        try
        {
            reader.Read();
            return null;
        }
        catch (JsonException exception)
        {
            return Broken(exception);
        }
    }

    private static Problem Broken(JsonException exception) => Problem.BadJson(
        $"the body is not JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");
}
