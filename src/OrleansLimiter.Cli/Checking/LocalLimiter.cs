using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Decisions;
using OrleansLimiter.Hosting;
using OrleansLimiter.Http;

namespace OrleansLimiter.Cli;

/// <summary>
/// A limiter for the length of a command: the real host on a free port of loopback, so that a policy file answers
/// exactly as it will when it is served.
/// </summary>
internal sealed class LocalLimiter : IAsyncDisposable
{
    private readonly WebApplication _host;
    private readonly Policy _policy;

    private LocalLimiter(WebApplication host, Policy policy)
    {
        (_host, _policy) = (host, policy);
        Url = new(host.Services.GetRequiredService<LimiterAddresses>().Decisions[0]);
    }

    /// <summary>Its address for decisions.</summary>
    public Uri Url { get; }

    /// <summary>Starts it, with a catalog of one policy.</summary>
    public static async Task<LocalLimiter> StartAsync(PolicyCatalog catalog)
    {
        const string FreePort = "http://127.0.0.1:0";
        var builder = new LimiterHostBuilder(new() { Http = { Urls = FreePort, AdminUrls = FreePort } });
        builder.Web.Logging.ClearProviders();
        builder.AddInProcessStore(new NoOverrides());
        WebApplication host = builder.Build(catalog);
        await host.StartAsync();
        return new(host, catalog.Current.Only!.Policy);
    }

    /// <summary>The endpoint that a request belongs to; null if the request names none.</summary>
    public string? EndpointOf(CheckRequest request) =>
        request.Path is not null && _policy.Endpoints.TryMatch(request.Method ?? "GET", request.Path, out var match, out _)
            ? match.Name
            : request.Endpoint;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private sealed class NoOverrides : IOverrides
    {
        public OverrideTables Current => OverrideTables.Empty;

        public ValueTask<OverrideReply> SetAsync(Override change) => throw new NotSupportedException();

        public ValueTask<int> RemoveAsync(Account account, string policy, string limit) => throw new NotSupportedException();
    }
}
