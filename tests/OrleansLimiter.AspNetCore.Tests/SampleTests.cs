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
        string folder = Path.Combine(Repository(), "samples", "MinimalApi");
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(folder, "bin", "Release", "net10.0", "MinimalApi.dll"), "--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        try
        {
            using var client = new HttpClient { BaseAddress = await AddressAsync(process) };
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
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    [Fact]
    public void The_page_about_asp_net_core_shows_the_code_of_the_sample()
    {
        string page = File.ReadAllText(Path.Combine(Repository(), "docs", "use-from-aspnet-core.md"));

        Assert.Contains(File.ReadAllText(Path.Combine(Repository(), "samples", "MinimalApi", "Program.cs")), page);
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
