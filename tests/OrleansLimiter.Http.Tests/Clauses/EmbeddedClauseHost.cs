using OrleansLimiter.Testing.Clauses;

namespace OrleansLimiter.Http.Tests.Clauses;

/// <summary>HTTP over the in-process store, with the policy files of the repository.</summary>
public sealed class EmbeddedClauseHost : ClauseHost
{
    private LimiterHost _host = null!;

    public override HttpClient Decisions => _host.Decisions;

    public override HttpClient Administration => _host.Admin;

    public override DateTimeOffset UtcNow => _host.Time.GetUtcNow();

    public override Task AdvanceAsync(TimeSpan span)
    {
        _host.Time.Advance(span);
        return Task.CompletedTask;
    }

    public override async ValueTask InitializeAsync() => _host = await LimiterHost.StartAsync(new LimiterHostSetup
    {
        Files = [Path.Combine(AppContext.BaseDirectory, "policies")],
        Configure = options => options.TrustedProxies = ["127.0.0.1"],
    });

    public override async ValueTask DisposeAsync() => await _host.DisposeAsync();
}
