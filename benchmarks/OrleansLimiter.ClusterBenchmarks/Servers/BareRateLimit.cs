using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using OrleansLimiter.Grpc;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>
/// The minimum cost of a call of the rate limit service: a method of Grpc.AspNetCore on Kestrel with its defaults. It answers as the
/// limiter does with the policy <c>bench</c>, with a new message for each call, and limits nothing.
/// </summary>
internal sealed class BareRateLimit : RateLimitService.RateLimitServiceBase
{
    public static async Task ServeAsync(int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(
            kestrel => kestrel.ListenLocalhost(port, socket => socket.Protocols = HttpProtocols.Http2));
        builder.Services.AddRouting().AddSingleton<BareRateLimit>().AddGrpc();
        WebApplication app = builder.Build();
        app.MapGrpcService<BareRateLimit>();
        await app.StartAsync();
        await Allocated.ReportAsync();
    }

    public override Task<RateLimitResponse> ShouldRateLimit(RateLimitRequest request, ServerCallContext context)
    {
        var response = new RateLimitResponse { OverallCode = RateLimitResponse.Types.Code.Ok };
        for (int i = 0; i < request.Descriptors.Count; i++)
        {
            response.Statuses.Add(new RateLimitResponse.Types.DescriptorStatus
            {
                Code = RateLimitResponse.Types.Code.Ok,
                CurrentLimit = new()
                {
                    Name = "endpoint",
                    RequestsPerUnit = 1_000_000_000,
                    Unit = RateLimitResponse.Types.RateLimit.Types.Unit.Minute,
                },
                LimitRemaining = 999_999_999,
                DurationUntilReset = new() { Seconds = 60 },
            });
        }

        response.ResponseHeadersToAdd.Add(new HeaderValue { Key = "X-RateLimit-Limit", Value = "1000000000" });
        response.ResponseHeadersToAdd.Add(new HeaderValue { Key = "X-RateLimit-Remaining", Value = "999999999" });
        return Task.FromResult(response);
    }
}
