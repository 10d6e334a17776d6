using System.Globalization;
using Microsoft.Playwright;

namespace OrleansLimiter.Silo.Tests;

/// <summary>The dashboard in Chromium.</summary>
internal sealed class DashboardPage : IAsyncDisposable
{
    private const string Polled = "**/DashboardCounters*";

    private static readonly string? s_chromium = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => (string[])[Path.Combine(folder, "chromium"), Path.Combine(folder, "google-chrome")])
        .FirstOrDefault(File.Exists);

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly IPage _page;
    private readonly Uri _address;

    private DashboardPage(IPlaywright playwright, IBrowser browser, IPage page, Uri address) =>
        (_playwright, _browser, _page, _address) = (playwright, browser, page, address);

    /// <summary>Skips the test with a message if Chromium is not installed.</summary>
    public static void Require()
    {
        if (s_chromium is null)
        {
            Assert.Skip("Chromium is not installed (Debian: apt-get install chromium)");
        }
    }

    /// <summary>Opens the dashboard of a host.</summary>
    /// <param name="administration">The address of administration.</param>
    public static async Task<DashboardPage> OpenAsync(Uri administration)
    {
        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = s_chromium, Args = ["--no-sandbox"] });
        IPage page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1200, Height = 750 } });
        page.SetDefaultTimeout((float)HostProcess.MaxWait.TotalMilliseconds);
        var opened = new DashboardPage(playwright, browser, page, new(administration, "/dashboard/"));
        await opened.ShowAsync("#/grains");
        return opened;
    }

    /// <summary>Shows a page of the dashboard, and waits until it has received data.</summary>
    public async Task ShowAsync(string fragment)
    {
        await _page.GotoAsync(new Uri(_address, fragment).ToString());
        await UpdatedAsync();
        await UpdatedAsync();
    }

    /// <summary>Waits for the next data, for which the page asks every second.</summary>
    public Task UpdatedAsync() => _page.WaitForResponseAsync(Polled);

    /// <summary>
    /// What the page of a grain type draws for acquisitions in the last 100 s: the number of acquisitions, of the calls that stand for
    /// them, and of those calls that failed.
    /// </summary>
    public async Task<(int Acquisitions, int Calls, int Failed)> AcquisitionsAsync(string type)
    {
        int[] sums = await _page.EvaluateAsync<int[]>(
            """
            async type => {
              const methods = await (await fetch('GrainStats/' + type)).json();
              const sums = [0, 0, 0];
              for (const [name, seconds] of Object.entries(methods).filter(([name]) => name.startsWith(type + '.Acquire'))) {
                for (const second of Object.values(seconds)) {
                  sums[0] += second.count * (name.match(/[0-9]+/) ?? 1);
                  sums[1] += second.count;
                  sums[2] += second.exceptionCount;
                }
              }
              return sums;
            }
            """,
            $"OrleansLimiter.Grains.{type}");
        return (sums[0], sums[1], sums[2]);
    }

    /// <summary>The row of a grain type on the page of grains: the calls in the last 100 s, and the percentage that failed.</summary>
    public async Task<(double Calls, double FailedPercent)> GrainAsync(string type)
    {
        ILocator row = _page.Locator("tr", new() { Has = _page.GetByRole(AriaRole.Link, new() { Name = type, Exact = true }) });
        IReadOnlyList<string> numbers = await row.Locator("strong").AllInnerTextsAsync(); // activations, failures, calls a second, time
        return (100 * Number(numbers[2]), Number(numbers[1]));
    }

    /// <summary>Writes what the browser shows to a file.</summary>
    public Task SaveAsync(string path) => _page.ScreenshotAsync(new() { Path = path });

    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
