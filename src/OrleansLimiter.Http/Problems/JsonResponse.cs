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

    // A batch of a thousand decisions needs a few hundred kilobytes. A thread keeps no such buffer. One is kept for all of them, because
    // large objects that live shortly cause collections of the whole heap.
    private const int KeptBytes = 64 * 1024;
    private const int KeptLongBytes = 1024 * 1024;

    // The body is never part of an HTML page, so quotes in messages need no escaping.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static JsonResponse? s_ofThread;

    private static JsonResponse? s_long;

    private readonly ArrayBufferWriter<byte> _buffer = new(1_024);

    private JsonResponse() => Writer = new(_buffer, Options);

    public Utf8JsonWriter Writer { get; }

    public static JsonResponse Rent()
    {
        JsonResponse response = s_ofThread ??= new();
        response.Reset();
        return response;
    }

    /// <summary>Returns a buffer for a long response.</summary>
    public static JsonResponse RentLong()
    {
        JsonResponse response = Interlocked.Exchange(ref s_long, null) ?? new();
        response.Reset();
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
            s_ofThread = s_ofThread == this ? null : s_ofThread;
            s_long = _buffer.Capacity <= KeptLongBytes ? this : s_long;
        }

        return Task.CompletedTask; // Kestrel sends the buffered body when the request ends
    }

    private void Reset()
    {
        _buffer.ResetWrittenCount();
        Writer.Reset();
    }
}
