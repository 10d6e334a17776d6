using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace OrleansLimiter.Http;

/// <summary>
/// A JSON body in the making, one for each thread: rented, written and sent without an await in between. Writing here
/// first, and not into the response, is what gives a Content-Length instead of chunks, and lets a body be
/// given up half-way.
/// </summary>
internal sealed class JsonResponse
{
    public const string Json = "application/json";

    // A batch of a thousand decisions is a few hundred kilobytes; what is bigger than this is not kept for the next.
    private const int KeptBytes = 64 * 1024;

    // The body is never part of an HTML page, so quotes in messages may stay readable.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static JsonResponse? s_ofThread;

    private readonly ArrayBufferWriter<byte> _buffer = new(1_024);

    private JsonResponse() => Writer = new(_buffer, Options);

    public Utf8JsonWriter Writer { get; }

    public static JsonResponse Rent()
    {
        JsonResponse answer = s_ofThread ??= new();
        answer._buffer.ResetWrittenCount();
        answer.Writer.Reset();
        return answer;
    }

    public Task Send(HttpContext context, int status, string contentType)
    {
        Writer.Flush();
        HttpResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = _buffer.WrittenCount;
        response.BodyWriter.Write(_buffer.WrittenSpan);
        if (_buffer.Capacity > KeptBytes)
        {
            s_ofThread = null;
        }

        return Task.CompletedTask; // the server sends what was written when the request ends
    }
}
