using Grpc.Core;
using Grpc.Net.Client;
using OrleansLimiter.Grpc;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A client of the rate limit service with a fixed number of connections.</summary>
internal sealed class RateLimitClient : IDisposable
{
    public const int Connections = 4;

    /// <summary>The number of calls that are pending at any time, on all connections together.</summary>
    public const int Calls = 64;

    private const string FailureHeader = "X-Limiter-Failure";

    private readonly GrpcChannel[] _channels;
    private readonly RateLimitService.RateLimitServiceClient[] _clients;

    public RateLimitClient(int port)
    {
        _channels = [.. Enumerable.Range(0, Connections).Select(_ => GrpcChannel.ForAddress(
            $"http://127.0.0.1:{port}",
            new() { HttpHandler = new SocketsHttpHandler { UseProxy = false }, DisposeHttpClient = true }))];
        _clients = [.. _channels.Select(channel => new RateLimitService.RateLimitServiceClient(channel))];
    }

    /// <summary>Makes calls for a duration, each as soon as the previous one has returned.</summary>
    /// <param name="requests">The requests, which are sent in turn.</param>
    /// <param name="span">The duration.</param>
    /// <param name="deadline">The deadline of each call; null for none.</param>
    /// <exception cref="RpcException">A call failed.</exception>
    public Task<Outcome> RunAsync(RateLimitRequest[] requests, TimeSpan span, TimeSpan? deadline) => CallerLoad.RunAsync(
        Calls, span, number => VerdictAsync(requests[number % requests.Length], number, deadline));

    /// <summary>Makes a call for each of the requests.</summary>
    public Task<Outcome> EachOnceAsync(RateLimitRequest[] requests) =>
        CallerLoad.EachOnceAsync(Calls, requests.Length, number => VerdictAsync(requests[number], number, deadline: null));

    /// <summary>Makes a call.</summary>
    /// <param name="request">The request.</param>
    /// <param name="number">The number of the call. The connections are used in turn.</param>
    /// <param name="deadline">Its deadline; null for none.</param>
    public async Task<RateLimitResponse> AskAsync(RateLimitRequest request, int number = 0, TimeSpan? deadline = null)
    {
        using AsyncUnaryCall<RateLimitResponse> call =
            _clients[number % Connections].ShouldRateLimitAsync(request, deadline: DateTime.UtcNow + deadline);
        return await call.ResponseAsync.ConfigureAwait(false);
    }

    public void Dispose() => Array.ForEach(_channels, channel => channel.Dispose());

    private async ValueTask<Verdict> VerdictAsync(RateLimitRequest request, int number, TimeSpan? deadline)
    {
        RateLimitResponse response = await AskAsync(request, number, deadline).ConfigureAwait(false);
        foreach (HeaderValue header in response.ResponseHeadersToAdd)
        {
            if (header.Key == FailureHeader)
            {
                return Verdict.Uncounted;
            }
        }

        return response.OverallCode == RateLimitResponse.Types.Code.Ok ? Verdict.Allowed : Verdict.Refused;
    }
}
