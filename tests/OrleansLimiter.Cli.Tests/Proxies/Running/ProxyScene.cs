namespace OrleansLimiter.Cli.Tests;

/// <summary>A proxy with the configuration of its page, the limiter with the policy <c>front</c>, and an API.</summary>
public sealed class ProxyScene<TKind> : IAsyncLifetime
    where TKind : ProxyKind, new()
{
    private readonly TestFolder _folder = new();
    private readonly TKind _kind = new();
    private readonly HttpClient _administration = new();
    private readonly int _limiterPort = Loopback.FreePorts(1)[0];

    private ServingProcess _limiter = null!;
    private TestServer _api = null!;
    private ProxyProcess _proxy = null!;

    internal TestServer Api => _api;

    internal ServingProcess Limiter => _limiter;

    internal ProxyCaller Caller { get; private set; } = null!;

    public ValueTask InitializeAsync() => _kind.Missing is null ? StartAsync(isPatient: true) : ValueTask.CompletedTask;

    internal async ValueTask StartAsync(bool isPatient)
    {
        _api = await TestServer.StartAsync();
        _folder.Write("front.yaml", FrontPolicy.Text);
        await StartLimiterAsync();
        _proxy = await ProxyProcess.StartAsync(_kind, _limiter.Decisions, _api.Address, isPatient);
        Caller = new(_proxy.Address);
    }

    /// <summary>Skips the test if the proxy is not installed. Otherwise every account has used nothing.</summary>
    internal async Task ResetAsync()
    {
        ProxyProcess.Require(_kind);
        foreach (string usage in new[] { "acme/usage", "globex/usage", "127.0.0.1/usage?kind=ip" })
        {
            var uri = new Uri(_limiter.Administration, "/v1/accounts/" + usage);
            using HttpResponseMessage response = await _administration.DeleteAsync(uri);
            response.EnsureSuccessStatusCode();
        }

        Api.Take();
    }

    /// <summary>Starts the limiter again on the same port after it has ended.</summary>
    internal async Task RestartLimiterAsync()
    {
        await _limiter.DisposeAsync();
        await StartLimiterAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Caller?.Dispose();
        _administration.Dispose();
        foreach (IAsyncDisposable? part in new IAsyncDisposable?[] { _proxy, _limiter, _api })
        {
            await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        _folder.Dispose();
    }

    private async Task StartLimiterAsync() => _limiter = await ServingProcess.StartAsync(
        new Dictionary<string, string> { ["Limiter__Deadline"] = "00:00:10" },
        [
            "--policies", _folder.Path("front.yaml"), "--overrides", _folder.Path("overrides.json"),
            "--urls", $"http://127.0.0.1:{_limiterPort}", "--trusted-proxies", "127.0.0.1", .. _kind.LimiterArguments,
        ]);
}
