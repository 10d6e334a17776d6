using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace OrleansLimiter.Silo.Tests;

/// <summary>A host in a separate process on ports of loopback. It ends with the test.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(90);

    // Other machines can use the address of administration only with a token, and so do other network namespaces.
    private const string Token = "a-token-of-the-tests";

    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private HostProcess(Process process, string address, int decisions, int administration)
    {
        _process = process;
        Decisions = new() { BaseAddress = new($"http://{address}:{decisions}"), Timeout = TimeSpan.FromSeconds(30) };
        Administration = new() { BaseAddress = new($"http://{address}:{administration}"), Timeout = TimeSpan.FromSeconds(30) };
        Administration.DefaultRequestHeaders.Authorization = new("Bearer", Token);
    }

    public HttpClient Decisions { get; }

    public HttpClient Administration { get; }

    /// <summary>The output so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Starts a host, without waiting until it is ready.</summary>
    /// <param name="host">The project's name.</param>
    /// <param name="settings">Configuration, by its keys.</param>
    /// <param name="network">The network in which it runs; null for that of the test.</param>
    public static HostProcess Start(string host, IReadOnlyDictionary<string, string> settings, NetworkNamespace? network = null)
    {
        int[] ports = Loopback.FreePorts(2);
        string address = network?.Address ?? "127.0.0.1";
        string[] command = Repository.Host(host);
        command = network is null ? command : ["ip", "netns", "exec", network.Name, .. command];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["Limiter__DrainDelay"] = "00:00:00"; // tests of other things need not wait for it
        foreach ((string key, string value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        start.Environment.TryAdd("Limiter__Policies", Repository.Path("policies"));
        start.Environment["Limiter__Urls"] = $"http://{address}:{ports[0]}";
        start.Environment["Limiter__AdminUrls"] = $"http://{address}:{ports[1]}";
        if (network is not null)
        {
            start.Environment["LIMITER_ADMIN_TOKEN"] = Token;
        }

        start.Environment["DOTNET_gcServer"] = "0"; // several hosts share a small machine
        var process = new HostProcess(Process.Start(start)!, address, ports[0], ports[1]);
        process._process.OutputDataReceived += process.Keep;
        process._process.ErrorDataReceived += process.Keep;
        process._process.BeginOutputReadLine();
        process._process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Waits until the host is ready.</summary>
    public async Task<HostProcess> ReadyAsync()
    {
        await Eventually.TrueAsync(
            () =>
            {
                Assert.False(HasEnded, $"the host has ended: {Log}");
                return IsReadyAsync();
            },
            MaxWait,
            "the host is ready",
            () => Log);
        return this;
    }

    public bool HasEnded => _process.HasExited;

    /// <summary>The id of the process.</summary>
    public int Id => _process.Id;

    /// <summary>The sum of the lines of a metric that contain a label.</summary>
    public async Task<double> MetricAsync(string name, string label = "")
    {
        string text = await Administration.GetStringAsync("/metrics");
        return text.Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
    }

    public async Task<bool> IsReadyAsync() =>
        await StatusAsync(Administration, "/readyz") == HttpStatusCode.OK;

    /// <summary>Requests one decision.</summary>
    public async Task<Answer> CheckAsync(string policy, string account, string path = "/v1/things", string method = "GET", int cost = 1)
    {
        using HttpResponseMessage response = await Decisions.PostAsJsonAsync("/v1/check", new { policy, account, method, path, cost });
        JsonElement body = await response.Content.ReadFromJsonAsync<JsonElement>();
        response.Headers.TryGetValues("X-Limiter-Failure", out IEnumerable<string>? failure);
        JsonElement limit = body.TryGetProperty("limits", out JsonElement limits) && limits.GetArrayLength() > 0 ? limits[0] : default;
        return new(
            (int)response.StatusCode,
            failure?.Single(),
            Number(limit, "limit"),
            Number(limit, "remaining"),
            Number(limit, "resetAfterMs"));
    }

    /// <summary>Requests decisions until the limit of an account, which an override has set, is used up.</summary>
    public Task UseUpAsync(string policy, string account, int permits) => Eventually.TrueAsync(
        async () => await CheckAsync(policy, account) is { Status: 429 } answer && answer.Limit == permits, MaxWait, "it is used up");

    /// <summary>Sets an override.</summary>
    public Task<HttpResponseMessage> OverrideAsync(string policy, string account, string limit, int permits) =>
        Administration.PutAsJsonAsync($"/v1/accounts/{account}/overrides/{policy}/{limit}", new { permits, note = "a test" });

    /// <summary>Kills the process.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Stops the host with the signal of a service manager, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        await _process.WaitForExitAsync().WaitAsync(MaxWait);
        return _process.ExitCode;
    }

    /// <summary>Sends a signal to the process.</summary>
    /// <param name="name">The name without its prefix, like <c>STOP</c>.</param>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{name} {_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits until the process has ended by itself, and returns its exit code.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(MaxWait);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        Decisions.Dispose();
        Administration.Dispose();
        _process.Dispose();
    }

    private static async Task<HttpStatusCode?> StatusAsync(HttpClient client, string path)
    {
        try
        {
            using HttpResponseMessage response = await client.GetAsync(path);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null; // the host does not listen yet
        }
    }

    private static int? Number(JsonElement limit, string name) =>
        limit.ValueKind == JsonValueKind.Object && limit.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
        {
            _log.AppendLine(line.Data);
        }
    }
}

/// <summary>The response of a host to a check.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Failure">The failure, if <c>on-failure</c> decided.</param>
/// <param name="Limit">The capacity of the first limit.</param>
/// <param name="Remaining">The remaining permits of the first limit.</param>
/// <param name="ResetAfter">The time until all permits of the first limit are available again, in milliseconds.</param>
internal sealed record Answer(int Status, string? Failure, int? Limit, int? Remaining, int? ResetAfter);
