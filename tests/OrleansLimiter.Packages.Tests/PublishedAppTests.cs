using System.Text.Json;

namespace OrleansLimiter.Packages.Tests;

/// <summary>An app whose unused code is removed: nothing warns, and it decides like any other.</summary>
public abstract class PublishedAppTests(PackedPackages packages, string property)
{
    [Fact]
    public async Task A_published_app_has_no_warnings_and_enforces_its_policies()
    {
        using var folder = new AppFolder(packages);
        string program = await PublishAsync(folder);

        await using (RunningApp app = await RunningApp.StartAsync(folder.Path("out"), program))
        {
            await AllowsAndRefusesAsync(app);
            await RaisesLimitsAsync(app);
            await RejectsAsync(app);
        }

        await DecidesRemotelyAsync(folder, program);

        await using RunningApp withProblems = await RunningApp.StartAsync(folder.Path("out"), program, "--Problems", "true");
        await DescribesRefusalsAsync(withProblems);
        await KeepsLimitsAsync(withProblems);
    }

    private async Task<string> PublishAsync(AppFolder folder)
    {
        string source = Path.Combine(Repository.Root, "tests", "OrleansLimiter.Packages.Tests", "App");
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            folder.Write(Path.GetRelativePath(source, file), File.ReadAllText(file));
        }

        (int code, string output) = await DotNet.TryRunAsync(
            folder.Root, "dotnet", "publish", "--use-current-runtime", "--output", "out", $"-p:{property}=true",
            $"-p:LimiterVersion={packages.Version}");
        if (code != 0 && output.Split('\n').FirstOrDefault(line => line.Contains("Platform linker")) is { } missing)
        {
            Assert.Skip($"{missing.Trim()} On Debian: apt-get install clang zlib1g-dev");
        }

        Assert.True(code == 0, $"it could not be published:\n{output}");
        Assert.DoesNotContain("warning", output);
        return folder.Path("out", OperatingSystem.IsWindows() ? "App.exe" : "App");
    }

    private static async Task AllowsAndRefusesAsync(RunningApp app)
    {
        using HttpResponseMessage first = await app.GetAsync("/orders/7", "m_1");
        using HttpResponseMessage second = await app.GetAsync("/usage", "m_1");
        using HttpResponseMessage third = await app.GetAsync("/orders/7", "m_1");

        Assert.Equal("order 7\n", await first.Content.ReadAsStringAsync());
        Assert.Equal("1", first.Headers.GetValues("X-RateLimit-Remaining").Single());
        Assert.Equal("shop/merchant: 0 of 2\n", await second.Content.ReadAsStringAsync());
        Assert.Equal(429, (int)third.StatusCode);
        Assert.Equal("0", third.Headers.GetValues("X-RateLimit-Remaining").Single());
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal("the limit merchant is exceeded\n", await third.Content.ReadAsStringAsync());
    }

    // Another folder of the app has the policies, so what the app decides is what the limiter has counted.
    private static async Task DecidesRemotelyAsync(AppFolder folder, string program)
    {
        await using RunningApp limiter = await RunningApp.StartAsync(
            folder.Root, "dotnet", PackedPackages.BuiltTool, "serve", "--policies", folder.Path("policies"),
            "--admin-urls", "http://127.0.0.1:0", "--counts", "none", "--overrides", folder.Path("remote.json"));
        await using RunningApp app = await RunningApp.StartAsync(
            folder.Path("out"), program, "--Remote", limiter.Client.BaseAddress!.GetLeftPart(UriPartial.Authority));
        using HttpResponseMessage check = await limiter.Client.PostAsync(
            "/v1/check", new StringContent("""{"policy":"shop","account":"m_1","path":"/x"}"""));

        await AllowsLastAndRefusesAsync(app);
    }

    private static async Task AllowsLastAndRefusesAsync(RunningApp app)
    {
        using HttpResponseMessage last = await app.GetAsync("/usage", "m_1");
        using HttpResponseMessage refused = await app.GetAsync("/orders/7", "m_1");

        Assert.Equal("shop/merchant: 0 of 2\n", await last.Content.ReadAsStringAsync());
        Assert.Equal((429, "0"), ((int)refused.StatusCode, refused.Headers.GetValues("X-RateLimit-Remaining").Single()));
        Assert.Equal("the limit merchant is exceeded\n", await refused.Content.ReadAsStringAsync());
    }

    private static async Task RaisesLimitsAsync(RunningApp app)
    {
        using HttpResponseMessage set = await app.SendAsync(HttpMethod.Put, "/merchants/m_1/permits/5");
        using HttpResponseMessage allowed = await app.GetAsync("/orders/7", "m_1");

        Assert.Equal("set\n", await set.Content.ReadAsStringAsync());
        Assert.Equal("2", allowed.Headers.GetValues("X-RateLimit-Remaining").Single());
    }

    private static async Task RejectsAsync(RunningApp app)
    {
        using HttpResponseMessage invalid = await app.GetAsync("/orders/7", "m_1", "m_2");

        Assert.Equal(400, (int)invalid.StatusCode);
        Assert.Equal("application/problem+json", invalid.Content.Headers.ContentType!.MediaType);
        Assert.Contains("X-Merchant-Id", (await ProblemAsync(invalid)).GetProperty("detail").GetString());
    }

    private static async Task DescribesRefusalsAsync(RunningApp app)
    {
        using HttpResponseMessage report = await app.GetAsync("/reports", "m_1");
        using HttpResponseMessage refused = await app.GetAsync("/reports", "m_1");
        JsonElement problem = await ProblemAsync(refused);

        Assert.Equal("a report\n", await report.Content.ReadAsStringAsync());
        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Equal("reports", problem.GetProperty("policy").GetString());
        Assert.Equal("merchant", problem.GetProperty("limit").GetString());
    }

    private static async Task KeepsLimitsAsync(RunningApp app)
    {
        using HttpResponseMessage first = await app.GetAsync("/orders/7", "m_1");

        Assert.Equal("5", first.Headers.GetValues("X-RateLimit-Limit").Single());
    }

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement;
}

/// <summary>Compiled to a native program.</summary>
public class NativeAotTests(PackedPackages packages) : PublishedAppTests(packages, "PublishAot");

/// <summary>Trimmed, with the runtime in its folder.</summary>
public class TrimmingTests(PackedPackages packages) : PublishedAppTests(packages, "PublishTrimmed");
