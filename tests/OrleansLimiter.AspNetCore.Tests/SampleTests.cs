using System.Diagnostics;
using System.Text.RegularExpressions;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>The samples, each run as a program.</summary>
public partial class SampleTests
{
    private static readonly TimeSpan s_maxWait = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_minimal_api_enforces_its_policy()
    {
        await RunAsync("MinimalApi", async client =>
        {
            client.DefaultRequestHeaders.Add("X-Merchant-Id", "m_1");

            using HttpResponseMessage first = await client.GetAsync("/orders/7");
            await client.GetAsync("/orders/7");
            using HttpResponseMessage third = await client.GetAsync("/orders/7");
            using HttpResponseMessage report = await client.PostAsync("/reports", null);
            using HttpResponseMessage second = await client.PostAsync("/reports", null);

            Assert.Equal("order 7\n", await first.Content.ReadAsStringAsync());
            Assert.Equal("1", first.Headers.GetValues("X-RateLimit-Remaining").Single());
            Assert.Equal(429, (int)third.StatusCode);
            Assert.Equal("the limit order is exceeded\n", await third.Content.ReadAsStringAsync());
            Assert.Equal("3", report.Headers.GetValues("X-RateLimit-Remaining").Single());
            Assert.Equal(429, (int)second.StatusCode);
            Assert.Equal(200, (int)(await client.GetAsync("/health")).StatusCode);
        });
    }

    [Fact]
    public async Task The_built_in_middleware_enforces_a_policy_and_a_limit_of_its_own()
    {
        await RunAsync("BuiltInRateLimiter", async client =>
        {
            client.DefaultRequestHeaders.Add("X-Merchant-Id", "m_1");

            using HttpResponseMessage first = await client.GetAsync("/orders/7");
            await client.GetAsync("/orders/7");
            using HttpResponseMessage third = await client.GetAsync("/orders/7");
            using HttpResponseMessage report = await client.PostAsync("/reports", new StringContent("abc"));
            string[] stock = new string[4];
            for (int i = 0; i < stock.Length; i++)
            {
                stock[i] = await (await client.PostAsync("/stock", null)).Content.ReadAsStringAsync();
            }

            Assert.Equal("order 7\n", await first.Content.ReadAsStringAsync());
            Assert.Equal("1", first.Headers.GetValues("X-RateLimit-Remaining").Single());
            Assert.Equal(429, (int)third.StatusCode);
            Assert.Equal("the limit order is exceeded\n", await third.Content.ReadAsStringAsync());
            Assert.Equal("a report of 3 characters\n", await report.Content.ReadAsStringAsync());
            Assert.Equal("7", report.Headers.GetValues("X-RateLimit-Remaining").Single());
            Assert.Equal(["the supplier is asked\n", "the supplier is asked\n", "the supplier is asked\n"], stock[..3]);
            Assert.StartsWith("the supplier can be asked in ", stock[3]);
            Assert.False((await client.GetAsync("/health")).Headers.Contains("X-RateLimit-Remaining"));
        });
    }

    [Theory]
    [InlineData("use-from-aspnet-core.md", "MinimalApi")]
    [InlineData("replace-the-built-in-middleware.md", "BuiltInRateLimiter")]
    public void A_page_shows_the_code_of_its_sample(string page, string sample)
    {
        string text = File.ReadAllText(Path.Combine(Repository(), "docs", page));

        Assert.Contains(File.ReadAllText(Path.Combine(Repository(), "samples", sample, "Program.cs")), text);
    }

    private static async Task RunAsync(string sample, Func<HttpClient, Task> use)
    {
        string folder = Path.Combine(Repository(), "samples", sample);
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(folder, "bin", "Release", "net10.0", $"{sample}.dll"), "--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        try
        {
            using var client = new HttpClient { BaseAddress = await AddressAsync(process) };
            await use(client);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static async Task<Uri> AddressAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(s_maxWait) is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                return new(match.Groups[1].Value);
            }
        }

        throw new InvalidOperationException("the sample has ended");
    }

    private static string Repository()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OrleansLimiter.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("no folder holds OrleansLimiter.sln");
        }

        return folder;
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
