using System.Globalization;
using System.Text;

namespace OrleansLimiter.AspNetCore;

/// <summary>
/// Ends a gRPC call before its method runs: a response of headers only, with the status of the call. The details are a
/// <c>google.rpc.Status</c> with a <c>google.rpc.RetryInfo</c>, and clients that retry obey <c>grpc-retry-pushback-ms</c>.
/// </summary>
internal static class GrpcStatus
{
    public const int InvalidArgument = 3;
    public const int ResourceExhausted = 8;

    public static bool IsGrpc(HttpRequest request) =>
        request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Writes the response.</summary>
    /// <param name="context">The call.</param>
    /// <param name="code">The status of gRPC.</param>
    /// <param name="message">The message for people.</param>
    /// <param name="retryAfter">When the caller may try again; null if it should not.</param>
    public static void Write(HttpContext context, int code, string message, TimeSpan? retryAfter)
    {
        HttpResponse response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = context.Request.ContentType;
        response.Headers["grpc-status"] = code.ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Encode(message);
        if (retryAfter is { } wait)
        {
            long milliseconds = (wait.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;
            response.Headers["grpc-retry-pushback-ms"] = milliseconds.ToString(CultureInfo.InvariantCulture);
            response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(RetryDetails.Of(code, message, wait)).TrimEnd('=');
        }
    }

    // The gRPC protocol escapes all bytes except visible ASCII and space, and the percent sign.
    private static string Encode(string message)
    {
        var text = new StringBuilder(message.Length);
        foreach (byte value in Encoding.UTF8.GetBytes(message))
        {
            if (value is >= (byte)' ' and <= (byte)'~' and not (byte)'%')
            {
                text.Append((char)value);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return text.ToString();
    }
}
