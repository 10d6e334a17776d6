using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Hosting;

namespace OrleansLimiter.Http;

/// <summary>
/// Adds <c>Connection: close</c> to the responses of a host that is stopping, and ends the connection after the response. So a client
/// opens its next connection, which a load balancer directs to another host, before the host stops to listen.
/// </summary>
internal sealed class ConnectionCloseMiddleware(RequestDelegate next, IHostApplicationLifetime lifetime)
{
    private readonly CancellationToken _stopping = lifetime.ApplicationStopping;

    public Task InvokeAsync(HttpContext context)
    {
        if (!_stopping.IsCancellationRequested)
        {
            return next(context);
        }

        if (HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose(); // GOAWAY
        }
        else
        {
            context.Response.Headers.Connection = "close";
        }

        return next(context);
    }
}
