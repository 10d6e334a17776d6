using System.Net.Http.Headers;
using System.Net.Mime;
using System.Net.Sockets;
using System.Text.Json;

namespace OrleansLimiter.Cli;

/// <summary>Sends checks to a limiter over HTTP. An outage is a result, not an exception.</summary>
internal sealed class LimiterClient : IDisposable
{
    /// <summary>The timeout of a request: 10 s, far beyond the limiter's own deadline.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);

    private const int MaxResponseBytes = 1 << 20;

    // Headers that are not from the policy.
    private static readonly HashSet<string> OtherHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Date", "Server", "Connection", "Keep-Alive", "Transfer-Encoding", "X-Content-Type-Options",
    };

    private readonly HttpClient _http;
    private readonly Uri _url;

    /// <param name="url">The address of decisions; it may have a path, for a proxy.</param>
    public LimiterClient(Uri url)
    {
        _url = new(url.AbsoluteUri.TrimEnd('/') + "/v1/check");

        // The proxy of the environment is used for other machines only.
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
                ? $"no limiter listens on {_url.GetLeftPart(UriPartial.Authority)}; start one with 'limiter serve', or set --url"
                : $"{_url} cannot be reached: {(error.InnerException ?? error).Message}");
        }
        catch (OperationCanceledException)
        {
            return new Unreachable($"{_url} did not respond within {MaxWait.TotalSeconds} s");
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
                    when JsonSerializer.Deserialize(text, CheckJson.Default.CheckProblem) is { Detail: { } detail } problem:
                    if (status == 404 && problem.Field is null)
                    {
                        break; // the address of administration, or a limiter of another version
                    }

                    return status < 500 ? new InvalidRequest(detail) : new Unreachable(detail);
            }
        }
        catch (JsonException)
        {
            // The response is not from a limiter.
        }

        return new Unreachable($"{_url} returned {status} and no decision; is it the address of decisions of a limiter?");
    }

    private static IEnumerable<KeyValuePair<string, string>> OfPolicy(HttpResponseHeaders headers) =>
        from header in headers
        where !OtherHeaders.Contains(header.Key)
        select KeyValuePair.Create(header.Key, string.Join(", ", header.Value));
}
