using System.Net;
using System.Text;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>An app in a process of its own, and open connections to it.</summary>
internal sealed class RunningApp : IDisposable
{
    /// <summary>The number of accounts.</summary>
    public const int Accounts = 1_000;

    private const int Excess = 100;

    private readonly Child _process;
    private readonly int _port;
    private readonly PacedLoad _load;

    private RunningApp(AppKind kind, Child process, int port) =>
        (Kind, _process, _port, _load) = (kind, process, port, new(port, Requests()));

    public AppKind Kind { get; }

    /// <summary>A request for each account.</summary>
    public static byte[][] Requests() => [.. Enumerable.Range(0, Accounts).Select(RequestOf)];

    public static async Task<RunningApp> StartAsync(Site site, AppKind kind)
    {
        int port = Loopback.FreePorts(1)[0];
        string[] app = [Environment.ProcessPath!, "app", $"{port}", $"{Array.IndexOf(AppKind.All, kind)}"];
        Child process = await site.Start("taskset", ["-c", Machine.FirstCore(), .. app]).ReadyAsync();
        return new(kind, process, port);
    }

    /// <summary>Sends requests, each as soon as a connection is free.</summary>
    /// <exception cref="InvalidOperationException">An app that must refuse nothing has refused a request.</exception>
    public async Task<AppSample> RunAsync(int requests)
    {
        ServerUse before = await ServerUse.OfAsync(_process);
        Outcome outcome = _load.Run(double.PositiveInfinity, requests);
        ServerUse used = await ServerUse.OfAsync(_process) - before;
        return Kind.Refuses || outcome.Refused == 0
            ? new(requests, outcome.Refused, outcome.Seconds, used.Cpu, used.AllocatedBytes)
            : throw new InvalidOperationException($"{Kind.Name} has refused {outcome.Refused} of {requests} requests");
    }

    /// <summary>Checks that the app answers, counts, and refuses one account that exceeds its limit.</summary>
    /// <exception cref="InvalidOperationException">The app does not do what its name says.</exception>
    public async Task VerifyAsync()
    {
        (HttpStatusCode status, string body, int? remaining) = await AskAsync();
        int? next = (await AskAsync()).Remaining;
        using var one = new PacedLoad(_port, [RequestOf(Accounts)]);
        long refused = one.Run(double.PositiveInfinity, Kind.Permits + Excess).Refused;

        bool counts = Kind.Limiter == AppLimiter.Ours ? remaining == Kind.Permits - 1 && next == Math.Max(0, Kind.Permits - 2)
            : remaining is null;
        if (status != HttpStatusCode.OK || body != LimitedApp.Body || !counts || refused > 0 != (Kind.Limiter != AppLimiter.None))
        {
            throw new InvalidOperationException(
                $"{Kind.Name} does not do what its name says: {status}, '{body}', remaining: {remaining}, then {next}, refused: {refused}");
        }
    }

    public void Dispose() => _load.Dispose();

    private static string AccountOf(int number) => $"key_{number:d6}";

    private static byte[] RequestOf(int account) => Encoding.ASCII.GetBytes(
        $"GET /orders/17 HTTP/1.1\r\nHost: 127.0.0.1\r\n{LimitedApp.AccountHeader}: {AccountOf(account)}\r\n\r\n");

    private async Task<(HttpStatusCode Status, string Body, int? Remaining)> AskAsync()
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{_port}/orders/17");
        request.Headers.Add(LimitedApp.AccountHeader, AccountOf(Accounts + 1));
        using HttpResponseMessage response = await client.SendAsync(request);
        int? remaining = response.Headers.TryGetValues("X-RateLimit-Remaining", out IEnumerable<string>? values)
            ? int.Parse(values.Single()) : null;
        return (response.StatusCode, await response.Content.ReadAsStringAsync(), remaining);
    }
}
