using System.Net;

namespace OrleansLimiter.Cli.Tests;

/// <summary>Counts of real processes, which are stopped and killed.</summary>
public sealed class ServeCountsTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly HttpClient _http = new();

    private string FilePath => _folder.Path("data/counts.log");

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_limit_that_is_used_up_is_used_up_after_a_stop_and_a_start()
    {
        _folder.Write("policies/shop.yaml", Policies.TwoAMinute.Replace("window: 60s", "window: 1h"));
        await using (ServingProcess first = await StartAsync())
        {
            int[] asked = await AskAsync(first, times: 3);
            Assert.Equal([200, 200, 429], asked);
            Assert.Equal(0, (await first.StopAsync()).ExitCode);
        }

        await using ServingProcess second = await StartAsync();
        int again = await AskAsync(second);
        Ended ended = await second.StopAsync();
        Assert.Equal((429, 0), (again, ended.ExitCode));
        Assert.Contains($"The counts of 1 bucket groups continue from the file '{FilePath}'", ended.Out + ended.Error);
    }

    [Fact]
    public async Task Requests_during_a_stop_are_kept()
    {
        const int Limit = 100_000_000;
        _folder.Write("policies/shop.yaml", Policies.TwoAMinute.Replace("permits: 2, window: 60s", $"permits: {Limit}, window: 1d"));
        int admitted = 0;
        await using (ServingProcess first = await StartAsync())
        {
            await AskAsync(first);
            Task<int>[] callers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() => AskUntilRefusedAsync(first)))];
            await first.StopAsync();
            admitted = 1 + (await Task.WhenAll(callers)).Sum();
        }

        await using ServingProcess second = await StartAsync();
        using HttpResponseMessage response = await _http.SendAsync(Request(second));
        int remaining = int.Parse(response.Headers.GetValues("X-Remaining").Single());

        // The connection of each caller can end after its last request was counted and before it was answered.
        Assert.InRange(Limit - 1 - remaining, admitted, admitted + 4);
    }

    [Fact]
    public async Task A_process_that_is_killed_loses_at_most_what_was_not_written()
    {
        _folder.Write("policies/shop.yaml", Policies.TwoAMinute.Replace("window: 60s", "window: 1h"));
        await using (ServingProcess first = await StartAsync())
        {
            long before = new FileInfo(FilePath).Length;
            Assert.Equal(200, await AskAsync(first));
            await WaitAsync(() => new FileInfo(FilePath).Length > before);
            await first.KillAsync();
        }

        await using (ServingProcess second = await StartAsync())
        {
            int[] asked = await AskAsync(second, times: 2);
            Assert.Equal([200, 429], asked);
            await second.KillAsync();
        }

        await using ServingProcess third = await StartAsync();
        Assert.InRange(await AskUntilRefusedAsync(third), 0, 1);
    }

    [Fact]
    public async Task A_second_process_with_the_same_file_is_refused()
    {
        _folder.Write("policies/shop.yaml", Policies.TwoAMinute);
        await using ServingProcess first = await StartAsync();

        Ended ended = await ServingProcess.RefusedAsync(Arguments("other.json").Append("--urls").Append("http://127.0.0.1:0").ToArray());

        Assert.Equal((1, ""), (ended.ExitCode, ended.Out));
        Assert.EndsWith(
            $"limiter: the file of counts '{FilePath}' is in use by process {first.Id}, which has the lock '{FilePath}.lock'. "
            + "Stop that process, or use another file\n",
            ended.Error);
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused_in_one_sentence()
    {
        _folder.Write("policies/shop.yaml", Policies.TwoAMinute);
        _folder.Write("data/counts.log", "limiter-counts 7 2\n");

        Ended ended = await ServingProcess.RefusedAsync(Arguments("o.json").Append("--urls").Append("http://127.0.0.1:0").ToArray());

        Assert.Equal((1, ""), (ended.ExitCode, ended.Out));
        Assert.Contains($"limiter: the file of counts '{FilePath}' has version 7.2, but this program reads version 1.2. ", ended.Error);
        Assert.DoesNotContain("   at ", ended.Error);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_a_warning_and_the_host_decides()
    {
        _folder.Write("policies/shop.yaml", Policies.TwoAMinute);
        _folder.Write("data", "a file where the folder should be");

        await using ServingProcess serving = await StartAsync("o.json");
        int asked = await AskAsync(serving);
        Ended ended = await serving.StopAsync();

        Assert.Equal((200, 0), (asked, ended.ExitCode));
        Assert.Contains($"Counts are not kept over a restart, because the file '{FilePath}' cannot be written: ", ended.Out + ended.Error);
    }

    [Fact]
    public async Task The_bound_of_what_a_crash_loses_is_a_metric()
    {
        _folder.Write("policies/shop.yaml", Policies.TwoAMinute);
        await using ServingProcess serving = await StartAsync();

        string metrics = await _http.GetStringAsync(new Uri(serving.Administration, "/metrics"));

        Assert.Contains("orleans_limiter_counts_loss_bound_seconds ", metrics);
        Assert.Contains("orleans_limiter_counts_file_size_bytes ", metrics);
        Assert.Contains("orleans_limiter_counts_write_failures_total 0", metrics);
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!condition())
        {
            await Task.Delay(10, end.Token);
        }
    }

    private static HttpRequestMessage Request(ServingProcess serving)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(serving.Decisions, "/v1/authorize/shop"));
        request.Headers.Add("X-Account-Id", "acme");
        request.Headers.Add("X-Original-Method", "GET");
        request.Headers.Add("X-Original-URI", "/orders/1");
        return request;
    }

    private async Task<int> AskAsync(ServingProcess serving)
    {
        using HttpResponseMessage response = await _http.SendAsync(Request(serving));
        return (int)response.StatusCode;
    }

    private async Task<int[]> AskAsync(ServingProcess serving, int times)
    {
        int[] asked = new int[times];
        for (int i = 0; i < times; i++)
        {
            asked[i] = await AskAsync(serving);
        }

        return asked;
    }

    private async Task<int> AskUntilRefusedAsync(ServingProcess serving)
    {
        int admitted = 0;
        try
        {
            while (await AskAsync(serving) == (int)HttpStatusCode.OK)
            {
                admitted++;
            }
        }
        catch (HttpRequestException)
        {
            // The process has stopped.
        }

        return admitted;
    }

    private Task<ServingProcess> StartAsync(string overrides = "data/overrides.json") =>
        ServingProcess.StartAsync(new Dictionary<string, string>(), Arguments(overrides));

    private string[] Arguments(string overrides) =>
        ["--policies", _folder.Path("policies"), "--overrides", _folder.Path(overrides), "--counts", FilePath];
}
