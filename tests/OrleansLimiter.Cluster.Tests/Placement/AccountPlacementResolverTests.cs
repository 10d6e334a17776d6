using System.Collections.Immutable;
using Orleans.Metadata;
using Orleans.Runtime;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

public class AccountPlacementResolverTests
{
    private readonly AccountPlacementResolver _resolver = new(new FakeManifests());

    [Theory]
    [InlineData("endpoint")]
    [InlineData("burst")]
    [InlineData("account")]
    public void Bucket_groups_are_placed_by_account_also_if_a_silo_of_an_earlier_version_announces_another_strategy(string type)
    {
        var earlier = new GrainProperties(ImmutableDictionary.Create<string, string>(StringComparer.Ordinal)
            .Add(WellKnownGrainTypeProperties.PlacementStrategy, nameof(HashBasedPlacement)));

        Assert.True(_resolver.TryResolvePlacementStrategy(GrainType.Create(type), earlier, out PlacementStrategy strategy));
        Assert.IsType<AccountPlacement>(strategy);
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("orders")]
    public void Other_grains_keep_their_strategy(string type) =>
        Assert.False(_resolver.TryResolvePlacementStrategy(GrainType.Create(type), FakeManifests.Limiter.Grains.Values.First(), out _));
}
