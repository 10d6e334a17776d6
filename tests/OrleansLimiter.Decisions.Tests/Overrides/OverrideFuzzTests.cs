using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using static OrleansLimiter.Decisions.Tests.TestOverrides;

namespace OrleansLimiter.Decisions.Tests;

/// <summary>Any bytes in the file of overrides are a table, or are refused with an error: nothing throws.</summary>
public class OverrideFuzzTests
{
    private static readonly Corpus Tables = new("overrides");
    private static readonly Corpus Changes = new("journals");
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(Corpus.Runs(3_000));
    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

    [Fact]
    public void A_table_with_a_correct_checksum_is_read_or_refused()
    {
        Assert.All(Tables.Inputs, ReadTable);
        Check.One(Many, Prop.ForAll(Seeds, seed => ReadTable(Tables.Mutate(seed))));
    }

    [Fact]
    public void A_line_with_a_correct_checksum_is_read_or_refused()
    {
        Assert.All(Changes.Inputs, ReadChange);
        Check.One(Many, Prop.ForAll(Seeds, seed => ReadChange(Changes.Mutate(seed))));
    }

    [Fact]
    public void A_file_with_any_changed_bytes_is_read_or_refused()
    {
        byte[] file = [.. OverrideJournal.Write(Table(Raise(1), Raise(2, account: "cmp_2"))), .. OverrideJournal.Write([new(3, 2, [1], null)])];
        Check.One(Many, Prop.ForAll(Seeds, seed =>
        {
            var random = new Random(seed);
            byte[] changed = [.. file];
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            Assert.Equal(
                OverrideJournal.TryRead(changed.AsSpan(0, random.Next(changed.Length + 1)), out var table, out _, out string? error),
                table is not null && error is null);
        }));
    }

    private static void ReadTable(byte[] json)
    {
        byte[] old = [.. Encoding.ASCII.GetBytes($"OrleansLimiter overrides, format 1, sha256 {Sum(json)}\n"), .. json];
        bool isRead = OverrideFormat.TryRead(old, out var table, out string? error, out _);
        AssertTable(isRead, table, error);

        byte[] journal = [.. Encoding.ASCII.GetBytes($"OrleansLimiter overrides, format 2, sha256 {Sum(json)}, bytes {json.Length}\n"), .. json, 10];
        bool isSame = OverrideJournal.TryRead(journal, out var same, out int length, out error);
        AssertTable(isSame, same, error);
        Assert.Equal(isRead, isSame);
        Assert.Equal(isRead, length == journal.Length && isSame);
    }

    private static void ReadChange(byte[] json)
    {
        var table = Table(Raise(1), Raise(2, account: "cmp_2"));
        byte[] file = [.. OverrideJournal.Write(table), .. Encoding.ASCII.GetBytes(Sum(json) + " "), .. json, 10];
        bool isRead = OverrideJournal.TryRead(file, out var next, out _, out string? error);
        AssertTable(isRead, next, error);
        Assert.True(next is null || next.Version >= table.Version);
    }

    // What was read can be used, written and read again.
    private static void AssertTable(bool isRead, OverrideTable? table, string? error)
    {
        Assert.Equal(isRead, table is not null && error is null);
        if (!isRead)
        {
            Assert.False(string.IsNullOrEmpty(error));
            return;
        }

        _ = table!.WithoutLapsed(Now).CountAt(Now);
        foreach (var entry in table.All)
        {
            _ = AccountKinds.Words[entry.Account.Kind];
            Assert.Contains(entry, table.For(entry.Policy, entry.Account)!.All);
        }

        Assert.True(OverrideTable.TryParse(table.ToBytes(), out var again, out error, out _), error);
        Assert.Equal(table.ToBytes(), again.ToBytes());
    }

    private static string Sum(byte[] json) => Convert.ToHexStringLower(SHA256.HashData(json));
}
