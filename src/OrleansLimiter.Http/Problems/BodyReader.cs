using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace OrleansLimiter.Http;

/// <summary>Reads a body whole, up to <see cref="LimiterHttpOptions.MaxBodyBytes"/>, whether its length was announced or not.</summary>
internal static class BodyReader
{
    private static readonly Problem TooLarge = new(
        ProblemReason.BodyTooLarge,
        StatusCodes.Status413PayloadTooLarge,
        $"the body is longer than {LimiterHttpOptions.MaxBodyBytes} bytes");

    private static readonly Problem Unreadable = Problem.BadJson("the body's chunks are not what RFC 9112 wants");

    private static readonly Problem Form = new(
        ProblemReason.ContentType,
        StatusCodes.Status415UnsupportedMediaType,
        "the body is announced as a form; send application/json (curl does with --json)",
        "Content-Type");

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

        // Any other content type will do: what is not JSON shows when it is read. A form is what a tool sends by default.
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
                // A caller who hangs up ends the read by itself; a token would only make it an exception of another kind.
                read = await reader.ReadAsync();
            }
            catch (IOException exception) when (exception is not (BadHttpRequestException or ConnectionResetException))
            {
                return (Unreadable, default); // a chunk whose size no number holds; the server has no status for it
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

    /// <summary>A body without the mark: what reads JSON may ignore it (RFC 8259, section 8.1), and some clients write it.</summary>
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
