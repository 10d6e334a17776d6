using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>
/// What arrives from another process is understood or refused. Orleans closes a connection with bytes that it cannot decode; what it decodes
/// reaches the limiter, whatever the values are.
/// </summary>
public class WireFuzzTests
{
    private static readonly Serializer s_serializer =
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    private static readonly Corpus s_operations = new("operations");
    private static readonly Arbitrary<int> s_seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

    [Fact]
    public void Rules_of_any_values_are_rules_or_null() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(Corpus.Runs(5_000)),
        Prop.ForAll(s_seeds, seed =>
        {
            var random = new Random(seed);
            RulesData data = new(
                Pick<byte>(random, 0, 1, 1, 1, 2), Pick(random, 0, 1, -1, int.MaxValue), Pick(random, 0u, 1u, uint.MaxValue), Rules(random))
            {
                Charged = Pick<int[]?>(random, null, null, [], [1], [0, 2], [int.MaxValue, -1, 1]),
                Checked = Pick<int[]?>(random, null, [], [1], [1, 2], [int.MaxValue, 1, 0]),
            };
            GroupRules? rules = new RulesConverter().ConvertFromSurrogate(data);
            Assert.True(rules is null || rules.Rules.All(rule => Rule.Validate(
                rule.Rule.Algorithm, rule.Rule.Permits, rule.Rule.Window, rule.Rule.Burst == 0 ? null : rule.Rule.Burst) is null));
        }));

    [Fact]
    public void Replies_of_any_values_are_replies() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(Corpus.Runs(5_000)),
        Prop.ForAll(s_seeds, seed =>
        {
            var random = new Random(seed);
            GroupReplyData data = new(
                (byte)random.Next(256),
                (byte)random.Next(256),
                Reading(random),
                random.Next(2) == 0 ? null : [.. Enumerable.Range(0, random.Next(4)).Select(_ => Reading(random))]);
            _ = data.ToReply();
        }));

    [Fact]
    public void Messages_with_changed_bytes_are_decoded_or_refused_by_Orleans()
    {
        Assert.All(s_operations.Inputs, Decode);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Corpus.Runs(2_000)), Prop.ForAll(s_seeds, seed => Decode(s_operations.Mutate(seed))));
    }

    [Fact]
    public void The_corpus_has_messages_of_this_version() => Assert.All(
        s_operations.Inputs, text => Assert.NotNull(s_serializer.Deserialize<OperationMessage>(Bytes(text))));

    // The files are hexadecimal text, so that a diff shows them.
    private static void Decode(byte[] text)
    {
        try
        {
            _ = s_serializer.Deserialize<OperationMessage>(Bytes(text))?.ToOperation();
        }
        catch (Exception refused)
        {
            Assert.IsNotType<OutOfMemoryException>(refused);
            Assert.IsNotType<NullReferenceException>(refused);
        }
    }

    private static byte[] Bytes(byte[] text)
    {
        string digits = string.Concat(text.Where(c => char.IsAsciiHexDigit((char)c)).Select(c => (char)c));
        return Convert.FromHexString(digits[..(digits.Length & ~1)]);
    }

    private static RuleData[] Rules(Random random) => random.Next(10) == 0 ? null! :
    [
        .. Enumerable.Range(0, random.Next(4)).Select(_ => new RuleData(
            Pick(random, "a", "b", "a/mode=live", "", null!, "/", "%"),
            Pick<byte>(random, 0, 1, 2, 3, 4, 99, 255),
            Pick(random, 0, 1, -1, 4096, 4097, Rule.MaxPermits, int.MaxValue, int.MinValue),
            Pick(random, 0, 1, -1, TimeSpan.TicksPerSecond, TimeSpan.TicksPerDay * 366, long.MaxValue, long.MinValue),
            Pick(random, 0, 1, -1, int.MaxValue, int.MinValue)) { Survive = Pick<byte>(random, 0, 1, 2, 3, 4, 255) }),
    ];

    private static ReadingData Reading(Random random) => new(
        random.Next(int.MinValue, int.MaxValue),
        random.Next(int.MinValue, int.MaxValue),
        random.NextInt64(long.MinValue, long.MaxValue),
        random.NextInt64(long.MinValue, long.MaxValue),
        random.NextInt64(long.MinValue, long.MaxValue),
        (byte)random.Next(256),
        random.NextInt64(long.MinValue, long.MaxValue));

    private static T Pick<T>(Random random, params T[] values) => values[random.Next(values.Length)];
}
