using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace OrleansLimiter.Policies.Tests;

public class PolicyReaderTests
{
    [Fact]
    public void The_sample_policy_is_read_to_its_definition()
    {
        var result = PolicyText.Read(SamplePolicy.Text);

        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        Assert.Equal(JsonSerializer.Serialize(SamplePolicy.Definition), JsonSerializer.Serialize(result.Policy));
    }

    [Fact]
    public void All_three_errors_of_a_file_are_listed() => Assert.Equal(
        [
            "2:13: generation is '0'; a whole number from 1 to 2147483647 is expected",
            "4:1: no limit applies to requests with plan b; add a limit for them, or declare them under 'unlimited'",
            "5:95: window of the limit 'a' is '60', which has no unit; write it like 500ms, 60s, 1m, 2h or 1d",
        ],
        PolicyText.Errors(PolicyText.With(
            generation: "0",
            identity: "{ account: ip, plan: { one-of: [a, b], default: a } }",
            limits: "- { name: a, scope: account, algorithm: fixed-window, when: { plan: a }, permits: 10, window: 60 }")));

    [Fact]
    public void An_invalid_part_causes_no_errors_in_the_parts_that_use_it() => Assert.Equal(
        ["3:11: identity is a list; a mapping (key: value) is expected", "6:12: endpoints is a list; a mapping (key: value) is expected"],
        PolicyText.Errors(PolicyText.With(
            identity: "[a]",
            limits: "- { name: a, scope: account, algorithm: fixed-window, key: plan, when: { plan: a, endpoint: e }, permits: 10, window: 60s }",
            more: "endpoints: [a]\nunlimited: { when: { mode: test } }\n")));

    [Fact]
    public void Windows_line_ends_and_a_byte_order_mark_are_accepted()
    {
        string text = '\uFEFF' + PolicyText.With(generation: "0").Replace("\n", "\r\n");

        Assert.Equal(["2:13: generation is '0'; a whole number from 1 to 2147483647 is expected"], PolicyText.Errors(text));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', (byte)'b', 0xC3, 0x28 }, "2:2: byte 0xC3 is not UTF-8; save the file as UTF-8")]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a', 0 }, "1:1: byte 0xFF is not UTF-8; save the file as UTF-8")]
    [InlineData(new byte[] { (byte)'a', 0xE2, 0x82 }, "1:2: byte 0xE2 is not UTF-8; save the file as UTF-8")]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', 0 }, "2:1: the character U+0000 is not allowed in a policy; remove it")]
    public void Bytes_that_are_not_text_are_refused_with_their_position(byte[] bytes, string error) =>
        Assert.Equal(["f:" + error], PolicyReader.Read("f", bytes).Errors.Select(found => found.ToString()));

    [Fact]
    public void A_file_above_1_MiB_is_refused_without_reading_it()
    {
        byte[] bytes = new byte[10 * 1024 * 1024];

        Assert.Equal(
            "f: the file has 10485760 bytes; at most 1048576 are read, so split it into several policies",
            Assert.Single(PolicyReader.Read("f", bytes).Errors).ToString());
    }

    private static readonly Dictionary<string, string> Hostile = new()
    {
        ["exploding aliases"] = "a: &a [x, x]\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"a{i}: &a{i} [*a, *a, *a, *a]\n")),
        ["many aliases"] = "a: &a x\nb: [" + Repeat("*a,", 300_000) + "]",
        ["deep lists"] = Repeat("[", 1_000_000),
        ["deep mappings"] = Repeat("{a: ", 200_000),
        ["deep blocks"] = Repeat("- ", 500_000),
        ["many values"] = "[" + Repeat("a,", 500_000) + "]",
        ["many keys"] = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"k{i}: 1\n")),
        ["many documents"] = Repeat("---\n", 200_000),
        ["long word"] = Repeat("a", 1_000_000),
        ["tabs"] = Repeat("\ta\n", 300_000),
        ["anchors"] = Repeat("&a ", 300_000),
    };

    public static TheoryData<string> HostileNames => [.. Hostile.Keys];

    // A generous bound: the time must not be quadratic or exponential.
    [Theory]
    [MemberData(nameof(HostileNames))]
    public void A_malicious_file_is_refused_quickly(string name)
    {
        var watch = Stopwatch.StartNew();
        var result = PolicyText.Read(Hostile[name]);

        Assert.Null(result.Policy);
        Assert.InRange(result.Errors.Count, 1, 501);
        Assert.All(result.Errors, error => Assert.InRange(error.Message.Length, 1, 500));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{name} took {watch.Elapsed}");
    }

    [Fact]
    public void No_mutation_of_a_file_throws()
    {
        var random = new Random(7);
        byte[] sample = Encoding.UTF8.GetBytes(SamplePolicy.Text);
        const string Odd = "\t\n {}[]:,-*&!|>'\"%@`#?~<=\\0\u00e9/";
        for (int i = 0; i < 2_000; i++)
        {
            List<byte> bytes = [.. sample];
            for (int j = random.Next(1, 4); j > 0; j--)
            {
                int at = random.Next(bytes.Count);
                bytes.RemoveRange(at, Math.Min(random.Next(0, 12), bytes.Count - at));
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(Odd.Substring(random.Next(Odd.Length), 1)));
            }

            var result = PolicyReader.Read("f", bytes.ToArray());
            Assert.Equal(result.Policy is null, result.Errors.Count > 0);
        }
    }

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
}
