using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace OrleansLimiter.Http;

/// <summary>Reads the whole body, up to <see cref="LimiterHttpOptions.MaxBodyBytes"/>, with or without a Content-Length.</summary>
internal static class BodyReader
{
    private static readonly Problem TooLarge = new(
        ProblemReason.BodyTooLarge, $"the body is longer than {LimiterHttpOptions.MaxBodyBytes} bytes");

    private static readonly Problem Unreadable = Problem.BadJson("the chunks of the body are not valid (RFC 9112)");

    private static readonly Problem Form = new(
        ProblemReason.ContentType, "the content type is that of a form; send application/json (option --json of curl)", "Content-Type");

    /// <summary>
    /// Reads the body without its byte order mark, or returns a problem. The memory belongs to the reader of the request: after
    /// parsing, the caller must advance the reader to the end of the body.
    /// </summary>
    public static async ValueTask<(Problem? Problem, ReadOnlySequence<byte> Body)> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > LimiterHttpOptions.MaxBodyBytes)
        {
            return (TooLarge, default);
        }

        // Other content types are accepted; a body that is not JSON is refused when it is parsed. Tools send forms by default.
        if (context.Request.ContentType is { } type && IsForm(type))
        {
            return (Form, default);
        }

        PipeReader reader = context.Request.BodyReader;
        while (true)
        {
            ReadResult read;
            try
            {
                // If the caller closes the connection, the read ends with an exception; no cancellation token is needed.
                read = await reader.ReadAsync();
            }
            catch (IOException exception) when (exception is not (BadHttpRequestException or ConnectionResetException))
            {
                return (Unreadable, default); // the size of a chunk is too large a number; Kestrel has no status for it
            }

            if (read.Buffer.Length > LimiterHttpOptions.MaxBodyBytes)
            {
                reader.AdvanceTo(read.Buffer.End);
                return (TooLarge, default);
            }

            if (read.IsCompleted)
            {
                return (null, AfterByteOrderMark(read.Buffer));
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Removes a byte order mark, which some clients send. A JSON parser may ignore it (RFC 8259, section 8.1).</summary>
    public static ReadOnlySequence<byte> AfterByteOrderMark(in ReadOnlySequence<byte> body)
    {
        ReadOnlySpan<byte> mark = "\uFEFF"u8;
        if (body.FirstSpan.Length >= mark.Length)
        {
            return body.FirstSpan.StartsWith(mark) ? body.Slice(mark.Length) : body;
        }

        if (body.Length < mark.Length)
        {
            return body;
        }

        Span<byte> first = stackalloc byte[3];
        body.Slice(0, first.Length).CopyTo(first);
        return first.SequenceEqual(mark) ? body.Slice(mark.Length) : body;
    }

    private static bool IsForm(string contentType) =>
        contentType.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
        || contentType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase);
}
