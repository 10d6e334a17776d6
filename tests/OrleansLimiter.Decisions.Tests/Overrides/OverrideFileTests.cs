using System.Security.Cryptography;
using System.Text;
using static OrleansLimiter.Decisions.Tests.TestOverrides;

namespace OrleansLimiter.Decisions.Tests;

public sealed class OverrideFileTests : IDisposable
{
    private static readonly Override Full = Change() with
    {
        Account = new(AccountKind.Ip, "2001:db8::/64"),
        Multiply = 1.500m,
        Window = TimeSpan.FromTicks(12_345_678),
        When = When("client=zapier|direct plan=prime"),
        Until = Now.AddTicks(987_654_321),
        Note = "why: \"because\"\nÄ \U0001F600",
        SetBy = "support",
        SetAt = Now.AddTicks(1),
    };

    private static readonly OverrideTable Old = Table(Full, Raise(0), Change("burst") with { Unlimited = true });
    private static readonly OverrideTable New = Old.Without(new(AccountKind.Id, "cmp_1"), "front", "burst", Now, out _);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    private string FilePath => Path.Combine(_folder.FullName, "overrides");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_saved_table_is_loaded()
    {
        new OverrideFile(FilePath).Save(Old);
        Same(Old, Load());
        new OverrideFile(FilePath).Save(New);
        Same(New, Load());
        Assert.Equal(["overrides"], _folder.GetFiles().Select(file => file.Name));
    }

    [Fact]
    public void Without_a_file_or_folder_there_are_no_overrides_and_saving_creates_both()
    {
        var file = new OverrideFile(Path.Combine(_folder.FullName, "a", "b", "overrides"));
        Assert.Same(OverrideTable.Empty, file.Load(Now));
        file.Save(New);
        Same(New, file.Load(Now));
    }

    [Fact]
    public void A_crash_at_any_byte_of_a_write_leaves_the_old_table()
    {
        byte[] content = OverrideFormat.Write(New);
        new OverrideFile(FilePath).Save(Old);
        for (int length = 0; length <= content.Length; length++)
        {
            File.WriteAllBytes(DurableFile.Temporary(FilePath), content[..length]);
            Same(Old, Load());
        }

        new OverrideFile(FilePath).Save(New);
        Same(New, Load());
    }

    [Fact]
    public void A_file_truncated_at_any_byte_is_refused_and_left_in_place()
    {
        byte[] content = OverrideFormat.Write(Old);
        for (int length = 0; length < content.Length; length++)
        {
            File.WriteAllBytes(FilePath, content[..length]);
            Assert.Throws<OverrideFileException>(() => Load());
            Assert.Equal(content[..length], File.ReadAllBytes(FilePath));
            File.Move(FilePath + ".damaged-20260101T000000Z", FilePath, overwrite: true);
            Assert.Equal(content[..length], File.ReadAllBytes(FilePath));
        }
    }

    [Fact]
    public void A_file_with_a_changed_added_or_missing_byte_is_refused()
    {
        byte[] content = OverrideFormat.Write(Old);
        for (int i = 0; i < content.Length; i++)
        {
            foreach (byte mask in new byte[] { 0x01, 0x10, 0x20, 0x80, 0xFF })
            {
                byte[] garbled = [.. content];
                garbled[i] ^= mask;
                Assert.False(OverrideFormat.TryRead(garbled, out _, out _, out _), $"byte {i} with {mask}");
            }

            Assert.False(OverrideFormat.TryRead([.. content[..i], .. content[(i + 1)..]], out _, out _, out _), $"without byte {i}");
            Assert.False(OverrideFormat.TryRead([.. content[..i], (byte)' ', .. content[i..]], out _, out _, out _), $"space at {i}");
        }

        Assert.False(OverrideFormat.TryRead([.. content, (byte)'\n'], out _, out _, out _));
    }

    [Fact]
    public void A_damaged_file_is_copied_once_even_if_the_host_starts_repeatedly()
    {
        File.WriteAllText(FilePath, "nonsense");
        string copy = FilePath + ".damaged-20260101T000000Z";
        string message = $"the file of overrides '{FilePath}' is damaged: its first line is not 'OrleansLimiter overrides, format 1, sha256 ' "
            + $"with a checksum. A copy was saved as '{copy}'. Replace the file with a valid copy, or move it away to start without overrides. "
            + "The host does not change it";
        Assert.Equal(message, Assert.Throws<OverrideFileException>(() => Load()).Message);
        Assert.Equal(message, Assert.Throws<OverrideFileException>(() => new OverrideFile(FilePath).Load(Now.AddDays(1))).Message);
        Assert.Equal("nonsense", File.ReadAllText(copy));
        Assert.Equal(2, _folder.GetFiles().Length);
    }

    [Fact]
    public void A_file_of_another_format_is_refused_without_calling_it_damaged()
    {
        File.WriteAllText(FilePath, "OrleansLimiter overrides, format 3, sha256 whatever\n{}");
        Assert.Equal(
            $"the file of overrides '{FilePath}' cannot be used: it has format 3, which this version does not read. Start the version that wrote it",
            Assert.Throws<OverrideFileException>(() => Load()).Message);
        Assert.Single(_folder.GetFiles());
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_refused()
    {
        Directory.CreateDirectory(FilePath);
        Assert.StartsWith(
            $"the file of overrides '{FilePath}' cannot be read: ", Assert.Throws<OverrideFileException>(() => Load()).Message);
    }

    [Theory]
    [InlineData("null", "a part of it is null")]
    [InlineData("""{"version":1,"floor":0,"overrides":[null]}""", "a part of it is null")]
    [InlineData("""{"version":1,"floor":0,"overrides":[],"more":1}""", "its content is not a table of overrides")]
    [InlineData("""{"version":1,"floor":0}""", "its content is not a table of overrides")]
    [InlineData("""{"version":-1,"floor":0,"overrides":[]}""", "its content is not a table of overrides")]
    [InlineData("""{"version":1,"floor":0,"overrides":[{"version":2,"kind":"Id","account":"a","policy":"p","limit":"l","permits":1,"unlimited":false,"note":"","setBy":"","setAt":"2026-01-01T00:00:00Z"}]}""", "version 2 comes after version 0 in a table of version 1")]
    [InlineData("""{"version":2,"floor":0,"overrides":[{"version":2,"kind":"Id","account":"a","policy":"p","limit":"l","multiply":-1,"unlimited":false,"note":"","setBy":"","setAt":"2026-01-01T00:00:00Z"}]}""", "the override of version 2 is not valid: multiply is -1")]
    [InlineData("""{"version":2,"floor":0,"overrides":[{"version":2,"kind":"Id","account":"a","policy":"p","limit":"l","permits":1,"unlimited":false,"when":{"plan":null},"note":"","setBy":"","setAt":"2026-01-01T00:00:00Z"}]}""", "a part of it is null")]
    public void Invalid_content_with_a_correct_checksum_is_refused(string json, string error)
    {
        string sum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
        Assert.False(OverrideFormat.TryRead(
            Encoding.UTF8.GetBytes($"OrleansLimiter overrides, format 1, sha256 {sum}\n{json}"), out _, out string? found, out bool damaged));
        Assert.StartsWith(error, found);
        Assert.True(damaged);
    }

    [Fact]
    public void A_symbolic_link_is_kept_and_its_target_is_written()
    {
        string target = Path.Combine(_folder.FullName, "volume");
        new OverrideFile(target).Save(Old);
        File.CreateSymbolicLink(FilePath, target);
        new OverrideFile(FilePath).Save(New);
        Assert.Equal(target, new FileInfo(FilePath).LinkTarget);
        Same(New, new OverrideFile(target).Load(Now));
    }

    private OverrideTable Load() => new OverrideFile(FilePath).Load(Now);

    private static void Same(OverrideTable expected, OverrideTable actual)
    {
        Assert.Equal((expected.Version, expected.Floor, expected.All.Length), (actual.Version, actual.Floor, actual.All.Length));
        foreach (var (one, other) in expected.All.Zip(actual.All))
        {
            Assert.True(Conditions.Same(one.When, other.When));
            Assert.Equal(one, other with { When = one.When });
            Assert.Contains(other, actual.For(other.Policy, other.Account)!.All);
        }
    }
}
