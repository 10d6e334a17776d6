using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrleansLimiter.Http.Tests;

public partial class HttpReferenceTests
{
    [Fact]
    public async Task Every_example_of_the_reference_has_the_documented_response()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "docs", "http-reference.md"));
        await using LimiterHost host = await LimiterHost.StartWithFilesAsync(Path.Combine(AppContext.BaseDirectory, "policies"));
        Match[] examples = Examples().Matches(page).ToArray<Match>();
        Assert.Equal(21, examples.Length);
        foreach (Match example in examples)
        {
            CurlCommand[] commands = [.. CurlCommand.All(example.Groups["commands"].Value)];
            foreach (CurlCommand command in commands[..^1])
            {
                using HttpResponseMessage before = await command.RunAsync(host);
            }

            using HttpResponseMessage answer = await commands[^1].RunAsync(host);
            await AssertAsync(commands[^1], example.Groups["answer"].Value, answer);
        }
    }

    private static async Task AssertAsync(CurlCommand command, string expected, HttpResponseMessage answer)
    {
        string body = (await answer.Content.ReadAsStringAsync())
            .Replace(AppContext.BaseDirectory, "", StringComparison.Ordinal);
        if (expected.Length == 0)
        {
            Assert.True(answer.IsSuccessStatusCode);
        }
        else if (command.Filter is { } filter)
        {
            Assert.Equal(expected, string.Concat(body.Split('\n').Where(line => filter.IsMatch(line)).Select(line => line + "\n")));
        }
        else
        {
            string[] halves = expected.Split("\n\n", 2);
            string[] head = halves[0].Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(head[0], string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {(int)answer.StatusCode} {answer.ReasonPhrase}"));
            foreach (string[] header in head[1..].Select(line => line.Split(": ", 2)))
            {
                Assert.Equal(header[1], answer.Header(header[0]));
            }

            AssertBody(halves.Length > 1 ? halves[1].Trim() : "", body);
        }
    }

    private static void AssertBody(string expected, string body)
    {
        if (expected.StartsWith('{') || expected.StartsWith('['))
        {
            Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), JsonNode.Parse(body)!.ToJsonString());
        }
        else
        {
            Assert.Equal(expected, body);
        }
    }

    [GeneratedRegex("```sh\n(?<commands>curl.*?)```\n(?:\n```(?:http|text)\n(?<answer>.*?)```\n)?", RegexOptions.Singleline)]
    private static partial Regex Examples();
}
