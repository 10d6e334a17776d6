namespace OrleansLimiter.Silo.Tests;

/// <summary>
/// The dashboard in a real browser shows the acquisitions that silos made. With the environment variable <c>LIMITER_SCREENSHOTS</c> the
/// first test takes the screenshots of the documentation, after 100 s of load, over which the dashboard takes averages.
/// </summary>
[Collection(TimedTests.Name)]
public sealed class DashboardTests : IDisposable
{
    private static readonly bool s_screenshots = Environment.GetEnvironmentVariable("LIMITER_SCREENSHOTS") is { Length: > 0 };

    private readonly TestFolder _folder = new();

    public DashboardTests() => DashboardPage.Require();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Calls_of_grains_are_the_acquisitions_of_a_front_end_in_the_silo()
    {
        await using HostProcess silo = await StartSilo(Loopback.FreePorts(2), frontEnd: true).ReadyAsync();
        await using DashboardPage page = await DashboardPage.OpenAsync(silo.Administration.BaseAddress!);

        await AssertShowsAcquisitionsAsync(page, silo);

        if (s_screenshots)
        {
            await TakeScreenshotsAsync(page, silo);
        }
    }

    [Fact]
    public async Task Calls_of_grains_are_the_acquisitions_of_two_silos_for_another_front_end()
    {
        int[] ports = Loopback.FreePorts(2);
        await using HostProcess silo = await StartSilo(ports, frontEnd: false).ReadyAsync();
        await using HostProcess second = await StartSilo(Loopback.FreePorts(2), frontEnd: false, primary: ports[0]).ReadyAsync();
        await using HostProcess frontEnd = await HostProcess.Start("OrleansLimiter.FrontEnd", new Dictionary<string, string>
        {
            ["Limiter:Deadline"] = "00:00:10",
            ["Orleans:Clustering:Gateways:0"] = $"127.0.0.1:{ports[1]}",
        }).ReadyAsync();
        await using DashboardPage page = await DashboardPage.OpenAsync(silo.Administration.BaseAddress!);

        await AssertShowsAcquisitionsAsync(page, frontEnd);
    }

    private static async Task AssertShowsAcquisitionsAsync(DashboardPage page, HostProcess frontEnd)
    {
        var load = new PacedLoad(frontEnd.Decisions);
        await CountingAsync(page, load);
        int[] before = await ShownAsync(page);
        int[] first = load.Acquired;

        await load.RunAsync(TimeSpan.FromSeconds(10));

        int[] made = Difference(load.Acquired, first);
        Assert.True(await ShowsAsync(page, before, made), $"made: {Text(made)}; shown: {Text(Difference(await ShownAsync(page), before))}");
        int[] shown = Difference(await ShownAsync(page), before);
        Assert.All(shown.Zip(made), each => Assert.InRange(each.First, 0.95 * each.Second, 1.05 * each.Second));
        Assert.True(load.Refused > 10_000, $"only {load.Refused} were refused");
        foreach (string grain in PacedLoad.Grains)
        {
            Assert.Equal(0, (await page.AcquisitionsAsync(grain)).Failed);
        }

        // Groups of scope burst have decayed after a second. Without a group, a type is not in the table.
        foreach (string grain in PacedLoad.Grains[..2])
        {
            (double calls, double failedPercent) = await page.GrainAsync(grain);
            int expected = (await page.AcquisitionsAsync(grain)).Calls;
            Assert.InRange(calls, 0.95 * expected, 1.05 * expected);
            Assert.Equal(0, failedPercent);
        }
    }

    // Silos begin to count some time after the page was opened. Then all that is acquired is shown.
    private static async Task CountingAsync(DashboardPage page, PacedLoad load)
    {
        int attempts = 0;
        int[] before, first;
        do
        {
            Assert.True(attempts++ < 4, "the silos do not count");
            before = await ShownAsync(page);
            first = load.Acquired;
            await load.RunOnceAsync();
        }
        while (!await ShowsAsync(page, before, Difference(load.Acquired, first)));
    }

    // A silo reports what it counted after a second, or later on a busy machine. After that, several updates show that nothing is added.
    private static async Task<bool> ShowsAsync(DashboardPage page, int[] before, int[] made)
    {
        int last = 20;
        for (int update = 0; update < last; update++)
        {
            await page.UpdatedAsync();
            bool shows = Difference(await ShownAsync(page), before).Zip(made).All(each => each.First >= 0.95 * each.Second);
            last = shows && last == 20 ? update + 4 : last;
        }

        return last != 20;
    }

    private static async Task<int[]> ShownAsync(DashboardPage page)
    {
        var shown = new List<int>();
        foreach (string grain in PacedLoad.Grains)
        {
            shown.Add((await page.AcquisitionsAsync(grain)).Acquisitions);
        }

        return [.. shown];
    }

    private static int[] Difference(int[] from, int[] to) => [.. from.Zip(to, (one, other) => one - other)];

    private static string Text(int[] numbers) => string.Join(", ", numbers);

    private static async Task TakeScreenshotsAsync(DashboardPage page, HostProcess silo)
    {
        Task load = new PacedLoad(silo.Decisions).RunAsync(TimeSpan.FromSeconds(125));
        await Task.WhenAny(load, Task.Delay(TimeSpan.FromSeconds(105)));
        await TakeAsync("", "dashboard.png");
        await TakeAsync("#/grains", "dashboard-grains.png");
        await TakeAsync("#/grain/OrleansLimiter.Grains.AccountGrain", "dashboard-calls.png");
        await load;

        async Task TakeAsync(string fragment, string file)
        {
            await page.ShowAsync(fragment);
            await page.SaveAsync(Repository.Path("docs", "images", file));
        }
    }

    private HostProcess StartSilo(int[] ports, bool frontEnd, int? primary = null)
    {
        var settings = new Dictionary<string, string>
        {
            ["Limiter:Deadline"] = "00:00:10",
            ["Limiter:FrontEnd"] = frontEnd ? "true" : "false",
            ["Orleans:Endpoints:SiloPort"] = $"{ports[0]}",
            ["Orleans:Endpoints:GatewayPort"] = $"{ports[1]}",
            ["Orleans:GrainStorage:overrides:Path"] = _folder.Path($"overrides-{ports[0]}"),
        };
        if (primary is { } port)
        {
            settings["Orleans:Clustering:PrimarySiloEndPoint"] = $"127.0.0.1:{port}";
        }

        return HostProcess.Start("OrleansLimiter.Silo", settings);
    }
}
