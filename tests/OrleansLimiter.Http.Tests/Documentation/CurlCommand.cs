using System.Text;
using System.Text.RegularExpressions;

namespace OrleansLimiter.Http.Tests;

/// <summary>The part of curl that the documentation uses.</summary>
internal sealed partial class CurlCommand
{
    private readonly List<(string Name, string Value)> _headers = [];
    private string? _method;
    private string? _json;

    private CurlCommand(string line)
    {
        string[] halves = line.Split(" | grep ");
        Filter = halves.Length > 1 ? new(halves[1].Trim()) : null;
        string[] words = [.. Words().Matches(halves[0]).Select(word => word.Value.Trim('\''))];
        Assert.Equal("curl", words[0]);
        for (int index = 1; index < words.Length; index++)
        {
            switch (words[index])
            {
                case "-i" or "-s": break;
                case "-X": _method = words[++index]; break;
                case "--json": _json = words[++index]; break;
                case "-H": _headers.Add((words[++index].Split(": ")[0], words[index].Split(": ")[1])); break;
                default: Url = new(words[index]); break;
            }
        }
    }

    public Uri Url { get; } = null!;

    /// <summary>The filter for lines of the response; null if there is none.</summary>
    public Regex? Filter { get; }

    /// <summary>The commands of a block. A command ends with its line, unless that ends with a backslash or inside quotes.</summary>
    public static IEnumerable<CurlCommand> All(string block)
    {
        var command = new StringBuilder();
        foreach (string line in block.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            command.Append(command.Length > 0 ? "\n" : "").Append(line);
            if (command.ToString().Count(c => c == '\'') % 2 == 0)
            {
                yield return new(command.ToString());
                command.Clear();
            }
        }
    }

    public async Task<HttpResponseMessage> RunAsync(LimiterHost host)
    {
        HttpClient address = Url.Port == 8080 ? host.Decisions : host.Admin;
        using var request = new HttpRequestMessage(new(_method ?? (_json is null ? "GET" : "POST")), Url.PathAndQuery);
        foreach ((string name, string value) in _headers)
        {
            request.Headers.Add(name, value);
        }

        request.Content = _json is null ? null : Json.Content(_json);
        return await address.SendAsync(request);
    }

    [GeneratedRegex("'[^']*'|[^\\s']+")]
    private static partial Regex Words();
}
