using System.Text.RegularExpressions;

namespace OrleansLimiter.Cli.Tests;

/// <summary>
/// What Traefik 3 does with the headers of a request in the middlewares of the page: <c>clear</c> removes headers, <c>identity</c> sets the
/// company acme and its plan, and <c>limiter</c> asks the limiter. Traefik itself was not run.
/// </summary>
internal sealed partial class TraefikModel(Uri limiter) : IDisposable
{
    private const string CallerAddress = "198.51.100.9";

    // RFC 9110, section 7.6.1, and older names.
    private static readonly string[] HopByHop =
        ["Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade"];

    private static readonly string Page = File.ReadAllText(Path.Combine(PageConfiguration.Folder, "traefik.yaml"));

    private readonly HttpClient _http = new();

    private static string[] Cleared => [.. ClearedHeader().Matches(Page).Select(match => match.Groups[1].Value)];

    /// <summary>Sends a request through the middlewares.</summary>
    public async Task<TraefikOutcome> SendAsync(string method, string target, params (string Name, string Value)[] headers)
    {
        var request = headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase);
        Array.ForEach(Cleared, name => request.Remove(name));
        (request["X-Company-Id"], request["X-Plan"]) = ("acme", "starter"); // authResponseHeaders of the identity replace the caller's

        using HttpRequestMessage question = Question(method, target, request);
        using HttpResponseMessage answer = await _http.SendAsync(question);
        Dictionary<string, string> answered = answer.Headers.Concat(answer.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase);
        if (!answer.IsSuccessStatusCode)
        {
            return new(null, new((int)answer.StatusCode, answered, await answer.Content.ReadAsStringAsync()));
        }

        foreach (string name in List("authResponseHeaders", section: "limiter"))
        {
            request.Remove(name);
            if (answered.TryGetValue(name, out string? value))
            {
                request[name] = value;
            }
        }

        return new(request, null);
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Question(string method, string target, Dictionary<string, string> request)
    {
        string[] named = request.GetValueOrDefault("Connection", "").Split(',', StringSplitOptions.TrimEntries);
        var question = new HttpRequestMessage(HttpMethod.Get, new Uri(limiter, Address().Match(Page).Groups[1].Value));
        foreach (string name in List("authRequestHeaders", section: "limiter").Except(named).Except(HopByHop))
        {
            if (request.TryGetValue(name, out string? value))
            {
                question.Headers.TryAddWithoutValidation(name, value);
            }
        }

        // With trustForwardHeader: false, those of the caller are removed before.
        Assert.Equal(2, TrustsNoForwardHeader().Count(Page));
        question.Headers.Add("X-Forwarded-For", CallerAddress);
        question.Headers.Add("X-Forwarded-Method", method);
        question.Headers.Add("X-Forwarded-Proto", "http");
        question.Headers.Add("X-Forwarded-Port", "80");
        question.Headers.Add("X-Forwarded-Host", "shop.example.com");
        question.Headers.Add("X-Forwarded-Uri", target);
        return question;
    }

    private static string[] List(string key, string section)
    {
        string text = Page[Page.IndexOf($"    {section}:\n", StringComparison.Ordinal)..];
        return Regex.Match(text, $@"{key}: \[(.*)\]").Groups[1].Value.Split(", ");
    }

    [GeneratedRegex("""^ {10}([\w-]+): ""$""", RegexOptions.Multiline)]
    private static partial Regex ClearedHeader();

    [GeneratedRegex("address: http://127.0.0.1:8080(.*)")]
    private static partial Regex Address();

    [GeneratedRegex("trustForwardHeader: false")]
    private static partial Regex TrustsNoForwardHeader();
}

/// <summary>What follows from an answer of the limiter.</summary>
/// <param name="Api">The headers of the request to the API, if it passes.</param>
/// <param name="Caller">The response of the limiter, which the caller receives, if it does not pass.</param>
internal sealed record TraefikOutcome(IReadOnlyDictionary<string, string>? Api, ProxyResponse? Caller);
