using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace OrleansLimiter.Http;

/// <summary>
/// Reads the whole body, up to <see cref="LimiterHttpOptions.MaxBodyBytes"/>, with or without a Content-Length. A body that is longer than
/// <see cref="BufferBudget.FreeBytes"/> and not complete needs a reservation, and a body that is not complete has a deadline. After
/// <see cref="LongRequestQueue.LongBody"/> bytes, the request continues in the queue of long requests.
/// </summary>
internal sealed class BodyReader(BufferBudget budget, LongRequestQueue turns)
{
    private static readonly Problem TooLarge = new(
        ProblemReason.BodyTooLarge, $"the body is longer than {LimiterHttpOptions.MaxBodyBytes} bytes");

    private static readonly Problem Unreadable = Problem.BadJson("the chunks of the body are not valid (RFC 9112)");

    private static readonly Problem Form = new(
        ProblemReason.ContentType, "the content type is that of a form; send application/json (option --json of curl)", "Content-Type");

    /// <summary>
    /// Reads the body, or returns a problem. After parsing, the caller must call <see cref="RequestBody.Release"/>.
    /// </summary>
    public ValueTask<RequestBody> ReadAsync(HttpContext context)
    {
        if (Refuse(context.Request) is { } refused)
        {
            return new(new RequestBody(refused));
        }

        PipeReader reader = context.Request.BodyReader;
        ValueTask<ReadResult> first = reader.ReadAsync();
        if (!first.IsCompletedSuccessfully)
        {
            return ReadAsync(context, reader, first);
        }

        ReadResult read = first.Result; // usually the whole body
        return read is { IsCompleted: true, Buffer.Length: <= LongRequestQueue.LongBody }
            ? new(new RequestBody(null, AfterByteOrderMark(read.Buffer)))
            : ReadAsync(context, reader, new(read));
    }

    private async ValueTask<RequestBody> ReadAsync(HttpContext context, PipeReader reader, ValueTask<ReadResult> next)
    {
        ConnectionActivity? waiting = null;
        long reserved = 0;
        try
        {
            while (true)
            {
                if (!next.IsCompleted && waiting is null)
                {
                    waiting = ConnectionOrigin.Of(context)?.Activity;
                    waiting?.BeginBody(reader, Environment.TickCount64);
                }

                ReadResult read;
                try
                {
                    // If the caller closes the connection, the read ends with an exception; no cancellation token is needed.
                    read = await next;
                }
                catch (IOException exception) when (exception is not (BadHttpRequestException or ConnectionResetException))
                {
                    return new(Unreadable); // the size of a chunk is too large a number; Kestrel has no status for it
                }

                if ((Check(read, context, waiting) ?? Reserve(read, ref reserved)) is { } problem)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    return new(problem);
                }

                if (read.Buffer.Length > LongRequestQueue.LongBody)
                {
                    // A connection counts as idle while its long request waits. A complete body has no deadline any more.
                    waiting ??= ConnectionOrigin.Of(context)?.Activity;
                    waiting?.BeginBody(read.IsCompleted ? null : reader, Environment.TickCount64);
                    await (read.IsCompleted ? turns.TakeTurn() : turns.TakeTurn(read.Buffer.Length));
                }

                if (read.IsCompleted)
                {
                    var body = new RequestBody(null, AfterByteOrderMark(read.Buffer), reserved);
                    reserved = 0; // belongs to the body now
                    return body;
                }

                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                next = reader.ReadAsync();
            }
        }
        finally
        {
            waiting?.EndBody(Environment.TickCount64);
            if (reserved > 0)
            {
                budget.Release(reserved);
            }
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

    private static Problem? Refuse(HttpRequest request) =>
        request.ContentLength > LimiterHttpOptions.MaxBodyBytes ? TooLarge

        // Other content types are accepted; a body that is not JSON is refused when it is parsed. Tools send forms by default.
        : request.ContentType is { } type && IsForm(type) ? Form
        : null;

    private static Problem? Check(in ReadResult read, HttpContext context, ConnectionActivity? waiting)
    {
        if (read.IsCanceled && waiting?.IsOverdue(Environment.TickCount64) == true)
        {
            context.Response.Headers.Connection = "close"; // the rest of the body is not worth the wait
            return Problem.TooSlow;
        }

        return read.Buffer.Length > LimiterHttpOptions.MaxBodyBytes ? TooLarge : null;
    }

    private Problem? Reserve(in ReadResult read, ref long reserved)
    {
        long missing = read.Buffer.Length - reserved;
        if (read.IsCompleted || missing <= 0 || read.Buffer.Length <= BufferBudget.FreeBytes)
        {
            return null;
        }

        if (!budget.TryReserve(missing))
        {
            return BufferBudget.Exhausted;
        }

        reserved += missing;
        return null;
    }

    private static bool IsForm(string contentType) =>
        contentType.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
        || contentType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase);
}
