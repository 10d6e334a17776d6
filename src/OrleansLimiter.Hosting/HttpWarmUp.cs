using System.Net;
using System.Net.Sockets;
using System.Runtime;

namespace OrleansLimiter.Hosting;

/// <summary>
/// Sends requests of internal policies to this host, over connections of the private socket of <see cref="GatedTransport"/>, so that the
/// first requests of callers do not wait for the JIT compiler. It compiles a method again, with optimizations, after 30 calls and a pause of
/// 100 ms; so the requests are sent in rounds with pauses. Ends when a round was decided by the store and little was compiled, at the latest
/// after a few seconds.
/// </summary>
/// <remarks>Metrics do not count the decisions. Their permits are forgotten after one second.</remarks>
internal sealed partial class HttpWarmUp(ServedPolicies policies, LimiterClock clock, ILogger<HttpWarmUp> log)
{
    /// <summary>The number of connections: 64.</summary>
    public const int Callers = 64;

    /// <summary>The number of consecutive good rounds that are enough: 2. The compiler may just be waiting for its delay.</summary>
    public const int GoodRounds = 2;

    /// <summary>The number of methods that are compiled in a round at most, if it is a good one.</summary>
    public const int MaxCompiled = 50;

    /// <summary>The time after which no further round begins: 2 s.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(2);

    /// <summary>The pause after a round: 120 ms, which is longer than the delay of the JIT compiler.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(120);

    /// <summary>Returns when the host is warm. Fails only if the host is stopping, because a host that is cold can decide.</summary>
    /// <param name="endPoint">The private socket.</param>
    /// <param name="timeout">The time after which also a round that has begun is abandoned.</param>
    /// <param name="stopping">Canceled when the host is stopping.</param>
    public async Task RunAsync(EndPoint endPoint, TimeSpan timeout, CancellationToken stopping)
    {
        using var late = new CancellationTokenSource(timeout, clock.Time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        policies.SetInternal(WarmUpRequests.CreatePolicies());
        WarmUpConnection[] connections = [.. Enumerable.Range(0, Callers).Select(_ => new WarmUpConnection(endPoint))];
        try
        {
            await SendAsync(connections, end.Token);
        }
        catch (Exception error) when (error is SocketException or IOException || late.IsCancellationRequested)
        {
            LogFailed(error);
        }
        finally
        {
            Array.ForEach(connections, connection => connection.Dispose());
            policies.SetInternal([]);
        }
    }

    private async Task SendAsync(WarmUpConnection[] connections, CancellationToken cancellationToken)
    {
        long began = clock.Time.GetTimestamp();
        long before = JitInfo.GetCompiledMethodCount();
        int rounds = 0;
        for (int good = 0; good < GoodRounds && clock.Time.GetElapsedTime(began) < MaxTime; rounds++)
        {
            long compiled = JitInfo.GetCompiledMethodCount();
            bool[] decided = await Task.WhenAll(connections.Select(connection => connection.SendAsync(cancellationToken)));
            await Task.Delay(Pause, clock.Time, cancellationToken);
            bool quiet = JitInfo.GetCompiledMethodCount() - compiled <= MaxCompiled;
            good = quiet && Array.TrueForAll(decided, one => one) ? good + 1 : 0;
        }

        LogDone(rounds, JitInfo.GetCompiledMethodCount() - before, clock.Time.GetElapsedTime(began));
    }

    [LoggerMessage(82, LogLevel.Information,
        "Requests over HTTP were prepared in {Rounds} rounds; {Methods} methods were compiled in {Elapsed}")]
    private partial void LogDone(int rounds, long methods, TimeSpan elapsed);

    [LoggerMessage(83, LogLevel.Warning, "Requests over HTTP could not be prepared; the first ones may take longer")]
    private partial void LogFailed(Exception error);
}
