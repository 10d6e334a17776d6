using System.Net.Http.Headers;
using System.Net.Mime;
using System.Net.Sockets;
using System.Text.Json;
using OrleansLimiter.Http;

namespace OrleansLimiter.Cli;

/// <summary>Sends checks to a limiter over HTTP. An outage is a result, not an exception.</summary>
internal sealed class LimiterClient : IDisposable
{
    /// <summary>The timeout of a request: 10 s, far beyond the limiter's own deadline.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);

    private const int MaxResponseBytes = 1 << 20;

    // Headers of every response that are not related to limits.
    private static readonly HashSet<string> OfTransport = new(StringComparer.OrdinalIgnoreCase)
    {
        "Date", "Server", "Connection", "Keep-Alive", "Transfer-Encoding", "X-Content-Type-Options",
    };

    private readonly HttpClient _http;
    private readonly Uri _url;

    /// <param name="url">The address for decisions; it may have a path, where a proxy stands before it.</param>
    public LimiterClient(Uri url)
    {
        _url = new(url.AbsoluteUri.TrimEnd('/') + "/v1/check");

        // A proxy of the environment is meant for other machines.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !url.IsLoopback };
        _http = new(handler) { Timeout = MaxWait, MaxResponseContentBufferSize = MaxResponseBytes };
    }

    /// <summary>Sends one check and reads the response.</summary>
    public async Task<CheckResult> AskAsync(CheckRequest request)
    {
        try
        {
            using var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, CheckJson.Default.CheckRequest));
            body.Headers.ContentType = new(MediaTypeNames.Application.Json);
            using HttpResponseMessage response = await _http.PostAsync(_url, body);
            return Read(response, await response.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException error)
        {
            return new Unreachable(error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
                ? $"no limiter listens on {_url.GetLeftPart(UriPartial.Authority)}; start one with 'limiter serve', or name another with --url"
                : $"{_url} cannot be reached: {(error.InnerException ?? error).Message}");
        }
        catch (OperationCanceledException)
        {
            return new Unreachable($"{_url} did not answer within {MaxWait.TotalSeconds} s");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private CheckResult Read(HttpResponseMessage response, string text)
    {
        int status = (int)response.StatusCode;
        try
        {
            switch (response.Content.Headers.ContentType?.MediaType)
            {
                case MediaTypeNames.Application.Json
                    when JsonSerializer.Deserialize(text, CheckJson.Default.CheckDecision) is { } decision:
                    return new Decided(decision, text, [.. OfPolicy(response.Headers)]);
                case MediaTypeNames.Application.ProblemJson
                    when JsonSerializer.Deserialize(text, CheckJson.Default.CheckProblem) is { Detail: { } why } problem:
                    if (status == 404 && problem.Field is null)
                    {
                        break; // there is no such call: administration, or a limiter of another version
                    }

                    return status < 500 ? new InvalidRequest(why) : new Unreachable(why);
            }
        }
        catch (JsonException)
        {
            // Falls through: the response is not from a limiter.
        }

        return new Unreachable($"{_url} answered {status} with something that is not a decision; is it a limiter's address for decisions?");
    }

    private static IEnumerable<KeyValuePair<string, string>> OfPolicy(HttpResponseHeaders headers) =>
        from header in headers
        where !OfTransport.Contains(header.Key)
        select KeyValuePair.Create(header.Key, string.Join(", ", header.Value));
}
