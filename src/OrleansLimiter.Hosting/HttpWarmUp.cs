using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.Hosting;

/// <summary>
/// Sends requests of internal policies to this host, over connections of the private socket of <see cref="GatedTransport"/>, so that the
/// first requests of callers do not wait for the JIT compiler. Ends when the store has decided several rounds; no round begins after
/// <see cref="MaxTime"/>.
/// </summary>
/// <remarks>Metrics do not count the decisions. Their permits are forgotten after one second.</remarks>
internal sealed partial class HttpWarmUp(ServedPolicies policies, LimiterClock clock, ILogger<HttpWarmUp> log)
{
    /// <summary>The number of connections: 64.</summary>
    public const int Callers = 64;

    /// <summary>The number of consecutive rounds that the store decided completely, which are enough: 3.</summary>
    public const int GoodRounds = 3;

    /// <summary>The time after which no further round begins: 1 s.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(1);

    /// <summary>Returns when the host is warm. Fails only if the host is stopping, because a host that is cold can decide.</summary>
    /// <param name="endPoint">The private socket.</param>
    /// <param name="timeout">The time after which also a round that has begun is abandoned.</param>
    /// <param name="stopping">Canceled when the host is stopping.</param>
    public async Task RunAsync(EndPoint endPoint, TimeSpan timeout, CancellationToken stopping)
    {
        using var late = new CancellationTokenSource(timeout, clock.Time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        policies.SetInternal(WarmUpRequests.CreatePolicies());
        List<WarmUpConnection> connections = [];
        try
        {
            connections.AddRange(Enumerable.Range(0, Callers).Select(_ => new WarmUpConnection(endPoint)));
            await SendAsync(connections, end.Token);
        }
        catch (Exception error) when (error is SocketException or IOException || late.IsCancellationRequested)
        {
            LogFailed(error);
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
            policies.SetInternal([]);
        }
    }

    private async Task SendAsync(List<WarmUpConnection> connections, CancellationToken cancellationToken)
    {
        long began = clock.Time.GetTimestamp();
        int rounds = 0;
        for (int good = 0; good < GoodRounds && clock.Time.GetElapsedTime(began) < MaxTime; rounds++)
        {
            bool[] decided = await Task.WhenAll(connections.Select(connection => connection.SendAsync(cancellationToken)));
            good = Array.TrueForAll(decided, one => one) ? good + 1 : 0;
        }

        LogDone(rounds, clock.Time.GetElapsedTime(began));
    }

    [LoggerMessage(82, LogLevel.Information,
        "Requests over HTTP were prepared by {Rounds} rounds of requests in {Elapsed}")]
    private partial void LogDone(int rounds, TimeSpan elapsed);

    [LoggerMessage(83, LogLevel.Warning, "Requests over HTTP could not be prepared; the first ones may take longer")]
    private partial void LogFailed(Exception error);
}
