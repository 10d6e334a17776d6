using System.Collections.Immutable;

namespace OrleansLimiter.Cluster.Tests;

public sealed class ScopeGrainsTests : IAsyncLifetime
{
    private static readonly Account s_account = new(AccountKind.Id, "m_42");

    private readonly LimiterCluster _cluster = new(filter: null, maxGroups: 100, silos: 1);

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Every_scope_has_grains_of_its_scope()
    {
        var rules = new GroupRules([new("l", new(Algorithm.FixedWindow, 10, TimeSpan.FromMinutes(1)))], new(1, 0));
        ImmutableArray<Scope> scopes = [.. ScopeDescriptor.All.Select(each => each.Scope)];
        foreach (Scope scope in scopes)
        {
            await _cluster.Groups.AcquireAsync(new(scope, "p", s_account, "e", "q"), rules, 1, OperationId.None, reserve: false);
        }

        IReadOnlyList<BucketUsage> usage = await _cluster.Groups.UsageAsync(s_account);

        Assert.Equal(scopes.Order(), usage.Select(each => each.Group.Scope).Order());
    }
}
