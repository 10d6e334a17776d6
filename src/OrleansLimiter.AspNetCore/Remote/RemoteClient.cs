using System.Net;

namespace OrleansLimiter.AspNetCore;

/// <summary>Sends batches to a remote limiter. No call throws, and none takes longer than the last deadline of its requests.</summary>
internal sealed class RemoteClient : IDisposable
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2); // the addresses of a host name can change
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WarmUpTimeout = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http;
    private readonly Uri[] _addresses;
    private readonly LimiterClock _clock;
    private readonly RemoteCircuit _circuit;
    private readonly RemoteLog _log;
    private int _current;

    public RemoteClient(
        RemoteLimiterOptions options, IServiceProvider services, LimiterClock clock, RemoteCircuit circuit, RemoteLog log)
    {
        _addresses = [.. options.Addresses.Select(ToCall)];
        (_clock, _circuit, _log) = (clock, circuit, log);
        _http = new(options.CreateHandler?.Invoke(services) ?? CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        options.ConfigureClient?.Invoke(_http);
    }

    /// <summary>The address that is asked now, without the path of the call.</summary>
    public string Address => AddressOf(Volatile.Read(ref _current));

    public async Task SendAsync(RemoteBatch batch)
    {
        int address = Volatile.Read(ref _current);
        try
        {
            using var end = new CancellationTokenSource(new Deadline(batch.Due, _clock.Time, Magnitude: 0).Left, _clock.Time);
            await SendAsync(batch, _addresses[address], end.Token).ConfigureAwait(false);
            _circuit.Succeeded();
        }
        catch (Exception exception)
        {
            // Whatever a handler of the app throws. The remote limiter may have counted the requests.
            _circuit.Failed();
            _ = Interlocked.CompareExchange(ref _current, (address + 1) % _addresses.Length, address);
            _log.Failed(AddressOf(address), Explain(exception));
        }
        finally
        {
            batch.GiveUp();
        }
    }

    /// <summary>
    /// Sends an empty batch, so that the first request, which has a deadline, needs no new connection. A failure is logged only: the app
    /// can start before the remote limiter.
    /// </summary>
    public async Task WarmUpAsync(CancellationToken stop)
    {
        try
        {
            using var late = new CancellationTokenSource(WarmUpTimeout, _clock.Time);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
            await SendAsync(new RemoteBatch(), _addresses[0], end.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _log.Failed(AddressOf(0), Explain(exception));
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task SendAsync(RemoteBatch batch, Uri address, CancellationToken end)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = batch.ToContent() };
        using HttpResponseMessage response =
            await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            string start = await RemoteBody.ReadStartAsync(response.Content, end).ConfigureAwait(false);
            throw new RemoteAnswerException($"it answered with the status {(int)response.StatusCode}; 200 is expected. {start}");
        }

        using RemoteBody body = await RemoteBody.ReadAsync(response.Content, batch.Checks.Count, end).ConfigureAwait(false);
        RemoteResult[] results = RemoteResults.Read(body.Content, batch.Checks);
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i].Decision is { } decision)
            {
                batch.Checks[i].Decide(decision);
            }
            else
            {
                _log.Undecided(Address, batch.Checks[i].Policy, results[i].Problem!);
            }
        }
    }

    private static string Explain(Exception exception) => exception switch
    {
        OperationCanceledException => "it did not answer until the deadline",
        System.Text.Json.JsonException => $"its answer is not JSON: {exception.Message}",
        _ => exception.Message,
    };

    private string AddressOf(int index) => _addresses[index].GetLeftPart(UriPartial.Authority);

    private static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false, // the answer of another server would decide
        ConnectTimeout = ConnectTimeout,
        MaxConnectionsPerServer = RemoteQueue.MaxCalls,
        PooledConnectionLifetime = ConnectionLifetime,
        UseCookies = false,
        UseProxy = false,
    };

    private static Uri ToCall(string address) => RemoteLimiterOptionsValidator.TryParse(address, out Uri call)
        ? call
        : throw new InvalidOperationException($"{address} is not an address"); // validated before
}

/// <summary>An answer that is not one of a limiter.</summary>
internal sealed class RemoteAnswerException(string message) : Exception(message);
