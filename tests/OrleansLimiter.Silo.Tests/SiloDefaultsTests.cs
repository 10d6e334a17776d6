using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansLimiter.Hosting;

namespace OrleansLimiter.Silo.Tests;

/// <summary>The options of Orleans on which the detection of failed silos depends, as a silo that is composed gets them.</summary>
public sealed class SiloDefaultsTests
{
    [Fact]
    public async Task By_default_a_killed_silo_is_suspected_within_1500_ms_and_one_that_hangs_after_3_s()
    {
        await using WebApplication silo = Compose();

        ClusterMembershipOptions membership = Options<ClusterMembershipOptions>(silo);
        Assert.Equal(TimeSpan.FromMilliseconds(1500), membership.ProbeTimeout * membership.NumMissedProbesLimit);
        Assert.Equal(membership.ProbeTimeout, membership.MinProbeTimeout);
        Assert.Equal(TimeSpan.FromSeconds(3), membership.MaxProbeTimeout * membership.NumMissedProbesLimit);
        Assert.Equal(2, membership.NumVotesForDeathDeclaration);
        Assert.Equal(TimeSpan.FromSeconds(30), membership.DeathVoteExpirationTimeout);
    }

    [Fact]
    public async Task By_default_ranges_of_the_directory_have_no_lease_and_placement_is_not_retried()
    {
        await using WebApplication silo = Compose();

        Assert.Equal(TimeSpan.Zero, Options<GrainDirectoryOptions>(silo).RangeLeaseDuration);
        Assert.Equal(0, Options<SiloMessagingOptions>(silo).PlacementMaxRetries);
    }

    [Fact]
    public async Task Configuration_overrides_the_defaults()
    {
        await using WebApplication silo = Compose(
            ("Orleans:ClusterMembership:MaxProbeTimeout", "00:00:03"),
            ("Orleans:DistributedGrainDirectory:RangeLeaseDuration", "00:00:20"),
            ("Orleans:Messaging:PlacementMaxRetries", "1"));

        Assert.Equal(TimeSpan.FromSeconds(3), Options<ClusterMembershipOptions>(silo).MaxProbeTimeout);
        Assert.Equal(TimeSpan.FromSeconds(20), Options<GrainDirectoryOptions>(silo).RangeLeaseDuration);
        Assert.Equal(1, Options<SiloMessagingOptions>(silo).PlacementMaxRetries);
    }

    private static WebApplication Compose(params (string Key, string Value)[] values)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(each => KeyValuePair.Create(each.Key, (string?)each.Value))).Build();
        var host = new LimiterHostBuilder(new() { FrontEnd = false }, configuration);
        host.AddSilo();
        return host.Build(catalog: null);
    }

    private static TOptions Options<TOptions>(WebApplication silo)
        where TOptions : class => silo.Services.GetRequiredService<IOptions<TOptions>>().Value;
}
