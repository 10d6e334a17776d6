using System.Net;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http.Tests;

/// <summary>Names from callers and files cannot change how a log, or a problem that is shown as text, looks.</summary>
public class HostileTextTests
{
    // AccountNames refuses control characters, but not characters of the direction of text.
    private const string Account = "a\u202eb\u2066c\u2028d\u200be";
    private const string Shown = @"a\u202eb\u2066c\u2028d\u200be";

    [Fact]
    public async Task Accounts_and_notes_are_escaped_in_the_log()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        string account = "/v1/accounts/" + Uri.EscapeDataString(Account);

        using HttpResponseMessage put = await host.Admin.PutAsync(
            account + "/overrides/things/account", Json.Content("{\"permits\":5,\"note\":\"n\u202e\\u001b[2J\",\"by\":\"b\u2028\"}"));
        using HttpResponseMessage removed = await host.Admin.DeleteAsync(account + "/overrides/things/account");
        using HttpResponseMessage reset = await host.Admin.DeleteAsync(account + "/usage");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK), (put.StatusCode, removed.StatusCode, reset.StatusCode));
        string[] lines = [.. host.Log.At(LogLevel.Information).Where(line => line.Contains(Shown, StringComparison.Ordinal))];
        Assert.Equal(3, lines.Length);
        Assert.EndsWith(@"by 'b\u2028': 'n\u202e\u001b[2J'", lines[0], StringComparison.Ordinal);
        Assert.All(host.Log.At(LogLevel.Information), AssertSafe);
    }

    [Fact]
    public async Task The_names_of_policy_files_are_escaped_in_the_log()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        host.Folder.Write($"policies/b{Account}\e[2J.yaml", TestPolicies.Strict);
        host.Folder.Write($"policies/c{Account}\e[2J.yaml", TestPolicies.Strict);
        host.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains(host.Log.At(LogLevel.Information), line => line.Contains($@"b{Shown}\u001b[2J.yaml", StringComparison.Ordinal));
        Assert.Contains(host.Log.At(LogLevel.Error), line => line.Contains($@"c{Shown}\u001b[2J.yaml", StringComparison.Ordinal));
        Assert.All([.. host.Log.At(LogLevel.Information), .. host.Log.At(LogLevel.Error)], AssertSafe);
    }

    [Theory]
    [InlineData("\u202e")]
    [InlineData("\u2028")]
    [InlineData("\u2066")]
    [InlineData("\u200b")]
    [InlineData("\u009b")]
    [InlineData("\u0085")]
    public async Task Names_from_a_request_are_escaped_in_a_problem(string text)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        string escaped = Uri.EscapeDataString(text);
        HttpResponseMessage[] answers =
        [
            await host.CheckAsync($$"""{"account":"a","path":"/x","{{text}}":1}"""),
            await host.CheckAsync($$"""{"account":"a","path":"/x","policy":"{{text}}"}"""),
            await host.CheckAsync($$$"""{"account":"a","path":"/x","attributes":{"{{{text}}}":"{{{text}}}"}}"""),
            await host.CheckAsync($$"""{"account":"a","endpoint":"{{text}}"}"""),
            await host.Admin.GetAsync($"/v1/policies/{escaped}"),
            await host.Admin.GetAsync($"/v1/overrides?{escaped}=1"),
            await host.Admin.DeleteAsync($"/v1/accounts/a/overrides/{escaped}/{escaped}"),
            await host.Admin.PutAsync($"/v1/accounts/a/overrides/things/{escaped}", Json.Content("""{"permits":1}""")),
            await host.Admin.PutAsync(
                "/v1/accounts/a/overrides/things/account", Json.Content($$$"""{"permits":1,"when":{"{{{text}}}":["{{{text}}}"]}}""")),
        ];

        foreach (HttpResponseMessage answer in answers)
        {
            AssertSafe(await answer.Content.ReadAsStringAsync());
            Assert.NotEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
            answer.Dispose();
        }
    }

    private static void AssertSafe(string text) => Assert.Equal(DisplayText.Escape(text), text);
}
