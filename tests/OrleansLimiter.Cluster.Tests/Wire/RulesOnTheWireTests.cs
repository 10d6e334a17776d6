using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Serialization;

namespace OrleansLimiter.Cluster.Tests;

public class RulesOnTheWireTests
{
    private static readonly Serializer s_serializer =
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    private static readonly GroupRules s_rules = new(
        [
            new("company", new(Algorithm.FixedWindow, 50, TimeSpan.FromMinutes(1))),
            new("burst/mode=live", new(Algorithm.TokenBucket, 5, TimeSpan.FromSeconds(1), burst: 20)),
        ],
        new(7, 3_000_000_000));

    [Fact]
    public void Rules_arrive_as_they_were_sent()
    {
        OperationMessage arrived = Send(new OperationMessage(1, s_rules, 3, 42));

        Assert.Equal((1, 3, 42L), (arrived.Kind, arrived.Cost, arrived.OperationId));
        Assert.Equal(s_rules.Generation, arrived.Rules!.Generation);
        Assert.Equal(s_rules.Rules.AsEnumerable(), arrived.Rules.Rules);
    }

    [Fact]
    public void All_keys_with_the_same_rules_share_one_object() =>
        Assert.Same(Send(new OperationMessage(0, s_rules, 1, 0)).Rules, Send(new OperationMessage(4, s_rules, 2, 0)).Rules);

    [Fact]
    public void Rules_of_another_generation_are_other_rules()
    {
        var newer = new GroupRules(s_rules.Rules, new(8, 0));

        Assert.Equal(new(8, 0), Send(new OperationMessage(4, newer, 1, 0)).Rules!.Generation);
        Assert.Equal(new(7, 3_000_000_000), Send(new OperationMessage(4, s_rules, 1, 0)).Rules!.Generation);
    }

    [Theory]
    [InlineData(Survive.None)]
    [InlineData(Survive.Crash)]
    [InlineData(Survive.Restart)]
    public void What_counts_survive_arrives_as_it_was_sent(Survive survive)
    {
        var rules = new GroupRules([s_rules.Rules[0] with { Survive = survive }], s_rules.Generation);

        Assert.Equal(survive, Send(new OperationMessage(4, rules, 1, 0)).Rules!.Rules[0].Survive);
    }

    // An older front-end does not send it, and a newer one may know more values.
    [Theory]
    [InlineData(0, 999, Survive.None)]
    [InlineData(0, 1000, Survive.Crash)]
    [InlineData(1, 1000, Survive.None)]
    [InlineData(3, 999, Survive.Restart)]
    [InlineData(4, 999, Survive.Restart)]
    [InlineData(255, 999, Survive.Restart)]
    public void What_counts_survive_follows_from_the_window_if_it_is_not_said(byte sent, int milliseconds, Survive survive)
    {
        RuleData rule = Rule() with { Survive = sent, WindowTicks = milliseconds * TimeSpan.TicksPerMillisecond };

        Assert.Equal(survive, new RulesConverter().ConvertFromSurrogate(new(1, 1, 0, [rule])).Rules[0].Survive);
    }

    [Fact]
    public void Costs_of_several_requests_arrive_as_they_were_sent_and_share_the_other_rules()
    {
        GroupRules arrived = Send(new OperationMessage(0, s_rules.WithCosts([new(0, 3), new(int.MaxValue, int.MaxValue)]), 1, 0)).Rules!;

        Assert.Equal([new(0, 3), new(int.MaxValue, int.MaxValue)], arrived.Costs.AsEnumerable());
        Assert.Same(Send(new OperationMessage(0, s_rules, 1, 0)).Rules, arrived.Shared);
        Assert.False(Send(new OperationMessage(0, s_rules, 1, 0)).Rules!.HasCosts);
    }

    // An older silo replies that rules of a version above its own are not supported, so it never charges the cost of the operation.
    [Fact]
    public void Only_rules_with_costs_have_the_version_that_knows_costs()
    {
        var converter = new RulesConverter();

        Assert.Equal((1, null, null), Content(converter.ConvertToSurrogate(s_rules)));
        Assert.Equal((byte)2, converter.ConvertToSurrogate(s_rules.WithCosts([new(1, 1), new(1, 1)])).Version);
        Assert.Null(converter.ConvertFromSurrogate(converter.ConvertToSurrogate(s_rules) with { Version = 3 }));

        static (byte, int[]?, int[]?) Content(RulesData data) => (data.Version, data.Charged, data.Checked);
    }

    [Theory]
    [InlineData(new[] { 1 }, null)]
    [InlineData(new[] { 1 }, new[] { 1, 1 })]
    [InlineData(new[] { 1, 1 }, new[] { 1, 1 })]
    [InlineData(new int[0], new int[0])]
    [InlineData(new[] { -1 }, new[] { 1 })]
    [InlineData(new[] { 0 }, new[] { 0 })]
    [InlineData(new[] { 2 }, new[] { 1 })]
    public void Costs_that_make_no_sense_make_rules_null(int[] charged, int[]? needed) =>
        Assert.Null(new RulesConverter().ConvertFromSurrogate(new(2, 1, 0, [Rule()]) { Charged = charged, Checked = needed }));

    [Theory]
    [MemberData(nameof(NotUnderstood))]
    public void Rules_that_this_version_cannot_read_are_null(RulesData data) =>
        Assert.Null(new RulesConverter().ConvertFromSurrogate(data));

    public static TheoryData<RulesData> NotUnderstood =>
    [
        new RulesData(RulesConverter.Version + 1, 1, 0, [Rule()]),
        new RulesData(1, 1, 0, [Rule() with { Algorithm = 99 }]),
        new RulesData(1, 1, 0, [Rule() with { Permits = -1 }]),
        new RulesData(1, 1, 0, [Rule() with { WindowTicks = 0 }]),
        new RulesData(1, 1, 0, [Rule() with { Bucket = null! }]),
        new RulesData(1, 1, 0, [Rule(), Rule()]),
        new RulesData(1, 1, 0, []),
        new RulesData(1, 1, 0, null!),
    ];

    [Fact]
    public void A_field_added_by_a_newer_version_is_ignored()
    {
        byte[] sent = s_serializer.SerializeToArray(new LaterReading(50, 49, 1, 2, 3, 0, 1, "more"));

        ReadingData arrived = s_serializer.Deserialize<ReadingData>(sent);

        Assert.Equal(new(50, 49, 1, 2, 3, 0, 1), arrived);
    }

    [Fact]
    public void A_field_that_an_older_version_does_not_send_has_its_default()
    {
        byte[] sent = s_serializer.SerializeToArray(new EarlierAcquire(5));

        Assert.Equal((5, false), (s_serializer.Deserialize<CurrentAcquire>(sent).Cost, s_serializer.Deserialize<CurrentAcquire>(sent).Hold));
    }

    private static RuleData Rule() => new("limit", (byte)Algorithm.FixedWindow, 10, TimeSpan.TicksPerSecond, 0);

    private static T Send<T>(T message) => s_serializer.Deserialize<T>(s_serializer.SerializeToArray(message))!;
}

/// <summary>A reading as a later version could send it.</summary>
[GenerateSerializer]
public readonly record struct LaterReading(
    [property: Id(0)] int Limit,
    [property: Id(1)] int Remaining,
    [property: Id(2)] long Window,
    [property: Id(3)] long Reset,
    [property: Id(4)] long RetryAfter,
    [property: Id(5)] byte Verdict,
    [property: Id(6)] long Next,
    [property: Id(7)] string More);

/// <summary>An acquire operation as an earlier version sends it.</summary>
[GenerateSerializer]
public readonly record struct EarlierAcquire([property: Id(1)] int Cost);

/// <summary>Some members of an acquire operation, as this version reads them.</summary>
[GenerateSerializer]
public readonly record struct CurrentAcquire([property: Id(1)] int Cost, [property: Id(3)] bool Hold);
