using System.Buffers;
using System.Text.Encodings.Web;

namespace OrleansLimiter.Http;

/// <summary>
/// A buffer for a JSON body, one for each thread. It is rented, written and sent without an await in between. Because the body is
/// written here first, the response has a Content-Length instead of chunks.
/// </summary>
internal sealed class JsonResponse
{
    public const string Json = "application/json";

    // A batch of a thousand decisions needs a few hundred kilobytes. A larger buffer is not kept.
    private const int KeptBytes = 64 * 1024;

    // The body is never part of an HTML page, so quotes in messages need no escaping.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static JsonResponse? s_ofThread;

    private readonly ArrayBufferWriter<byte> _buffer = new(1_024);

    private JsonResponse() => Writer = new(_buffer, Options);

    public Utf8JsonWriter Writer { get; }

    public static JsonResponse Rent()
    {
        JsonResponse response = s_ofThread ??= new();
        response._buffer.ResetWrittenCount();
        response.Writer.Reset();
        return response;
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

        return Task.CompletedTask; // Kestrel sends the buffered body when the request ends
    }
}
