using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Cli;

/// <summary>
/// A limiter for the duration of a command. It is the host of <c>limiter serve</c> on a free port of loopback, so that the decisions
/// are the same.
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

    /// <summary>The address of decisions.</summary>
    public Uri Url { get; }

    /// <summary>Starts a limiter with a catalog of one policy.</summary>
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

    /// <summary>Returns the endpoint of a request; null if it has none.</summary>
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
