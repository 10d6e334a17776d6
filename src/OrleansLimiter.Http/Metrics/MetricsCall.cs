using System.Text;
using Microsoft.AspNetCore.Http;

namespace OrleansLimiter.Http;

/// <summary><c>GET /metrics</c>.</summary>
internal sealed class MetricsCall(PrometheusExporter exporter)
{
    public Task GetAsync(HttpContext context)
    {
        byte[] text = Encoding.UTF8.GetBytes(exporter.Export());
        context.Response.ContentType = PrometheusExporter.ContentType;
        context.Response.ContentLength = text.Length;
        return context.Response.Body.WriteAsync(text, 0, text.Length);
    }
}
