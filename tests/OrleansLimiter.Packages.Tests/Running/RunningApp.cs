using System.Diagnostics;
using System.Text.RegularExpressions;

namespace OrleansLimiter.Packages.Tests;

/// <summary>An app in a process, on a free port. It ends with the test.</summary>
internal sealed partial class RunningApp : IAsyncDisposable
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task<string> _error;

    private RunningApp(Process process) => (_process, _error) = (process, process.StandardError.ReadToEndAsync());

    /// <summary>A client with the address of the app.</summary>
    public HttpClient Client { get; } = new();

    /// <summary>Starts a program in a folder, and waits until it listens.</summary>
    public static async Task<RunningApp> StartAsync(string folder, string program, params string[] arguments)
    {
        var app = new RunningApp(Process.Start(DotNet.StartInfo(folder, program, [.. arguments, "--urls", "http://127.0.0.1:0"]))!);
        try
        {
            app.Client.BaseAddress = await app.AddressAsync();
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a request of a merchant. Several merchants make an invalid request.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params string[] merchants)
    {
        var request = new HttpRequestMessage(method, path);
        Array.ForEach(merchants, merchant => request.Headers.Add("X-Merchant-Id", merchant));
        return Client.SendAsync(request);
    }

    /// <summary>Sends a GET request of a merchant.</summary>
    public Task<HttpResponseMessage> GetAsync(string path, params string[] merchants) => SendAsync(HttpMethod.Get, path, merchants);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<Uri> AddressAsync()
    {
        string output = "";
        while (await _process.StandardOutput.ReadLineAsync().WaitAsync(MaxWait) is { } line)
        {
            output += line + "\n";
            if (Listening().Match(line) is { Success: true } match)
            {
                _ = _process.StandardOutput.ReadToEndAsync(); // what it logs must not fill the pipe
                return new(match.Groups[1].Value);
            }
        }

        throw new InvalidOperationException($"it ended before it listened:\n{output}{await _error}");
    }

    // What an app logs, or what the limiter writes.
    [GeneratedRegex(@"(?:Now listening on: |^decisions +)(http://\S+)")]
    private static partial Regex Listening();
}
