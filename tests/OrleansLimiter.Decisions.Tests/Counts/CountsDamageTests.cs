using System.Text;

namespace OrleansLimiter.Decisions.Tests.Counts;

public sealed class CountsDamageTests : IDisposable
{
    private readonly CountsFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_partial_record_at_the_end_is_cut_and_what_follows_can_be_read()
    {
        WriteGroups("a", "b");
        byte[] whole = _files.Content;
        _files.Content = [.. whole, .. whole.AsSpan(CountsFormat.Header.Length, 30)];

        CountsProcess process = _files.Start();
        process.Acquire("c", 3);
        process.Stop();

        Assert.Equal((2, 30, false), (process.Restored.Groups, process.Restored.CutBytes, process.Restored.IsDamaged));
        CountsProcess next = _files.Start();
        Assert.Equal((3, 0, 7), (next.Restored.Groups, next.Restored.CutBytes, next.Remaining("c")));
        Assert.Equal(["counts.log", "counts.log.lock"], _files.Files);
    }

    [Fact]
    public void A_file_that_ends_anywhere_starts_with_the_records_before()
    {
        WriteGroups("a", "b", "c");
        byte[] whole = _files.Content;
        int last = -1;
        for (int length = 0; length <= whole.Length; length++)
        {
            _files.Content = whole[..length];
            using CountsProcess process = _files.Start();
            Assert.Null(process.Restored.Error);
            Assert.False(process.Restored.IsDamaged);
            Assert.InRange(process.Restored.Groups, Math.Max(0, last), last + 1);
            last = process.Restored.Groups;
            Assert.Equal(last, new[] { "a", "b", "c" }.Count(account => process.Exhaust(account) == 0));
        }

        Assert.Equal(3, last);
    }

    [Fact]
    public void A_file_that_is_damaged_in_the_middle_is_kept_aside_and_what_can_be_read_is_used()
    {
        WriteGroups("a", "b", "c");
        byte[] damaged = _files.Content;
        damaged[CountsFormat.Header.Length + 20] ^= 1;
        _files.Content = damaged;

        CountsProcess process = _files.Start();

        Assert.Equal((2, true, null), (process.Restored.Groups, process.Restored.IsDamaged, process.Restored.Error));
        Assert.StartsWith(_files.FilePath + ".damaged-", process.Restored.Copy);
        Assert.Equal(damaged, File.ReadAllBytes(process.Restored.Copy!));
        process.Dispose();
        CountsProcess next = _files.Start();
        Assert.Equal((2, false), (next.Restored.Groups, next.Restored.IsDamaged));
    }

    [Fact]
    public void Any_damaged_byte_is_found_and_no_start_admits_more_than_the_damaged_record()
    {
        WriteGroups("a", "b", "c");
        byte[] whole = _files.Content;
        for (int position = CountsFormat.Header.Length; position < whole.Length; position++)
        {
            byte[] damaged = [.. whole];
            damaged[position] ^= 0x10;
            _files.Content = damaged;
            using CountsProcess process = _files.Start();
            Assert.Equal(2, process.Restored.Groups);
            Assert.True(process.Restored.IsDamaged || process.Restored.CutBytes > 0);
        }
    }

    [Theory]
    [InlineData(2, 2, "2.2")]
    [InlineData(1, 3, "1.3")]
    public void A_file_of_a_newer_version_is_refused_and_left_unchanged(int version, int snapshots, string shown)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_files.FilePath)!);
        _files.Content = CountsFormat.HeaderOf(version, snapshots);

        string message = Assert.Throws<CountsFileException>(() => _files.Start()).Message;

        Assert.Equal(
            $"the file of counts '{_files.FilePath}' has version {shown}, but this program reads version 1.2. Start a version of the "
            + "program that can read it; or move the file away to start with all counts at zero",
            message);
        Assert.Equal(CountsFormat.HeaderOf(version, snapshots), _files.Content);
    }

    [Theory]
    [InlineData("{\"overrides\":[]}")]
    [InlineData("limiter-counts one 2\n")]
    [InlineData("limiter-counts 1 2 without an end of the line, for longer than a header can be")]
    public void A_file_that_is_no_file_of_counts_is_refused_and_left_unchanged(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_files.FilePath)!);
        _files.Content = Encoding.ASCII.GetBytes(content);

        string message = Assert.Throws<CountsFileException>(() => _files.Start()).Message;

        Assert.Equal($"the file of counts '{_files.FilePath}' is not a file of counts. Name another file with --counts", message);
        Assert.Equal(content, Encoding.ASCII.GetString(_files.Content));
    }

    [Fact]
    public void Only_one_process_can_use_a_file()
    {
        CountsProcess process = _files.Start();

        Assert.Equal(
            $"the file of counts '{_files.FilePath}' is in use by process {Environment.ProcessId}, which has the lock "
            + $"'{_files.FilePath}.lock'. Stop that process, or use another file",
            Assert.Throws<CountsFileException>(() => _files.Start()).Message);
        process.Dispose();
        Assert.Null(_files.Start().Restored.Error);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_reported_and_its_counts_are_used()
    {
        WriteGroups("a");
        File.Delete(_files.FilePath + ".lock");
        Directory.CreateDirectory(_files.FilePath + ".lock"); // as root, tests can write to every folder

        CountsProcess process = _files.Start();

        Assert.Equal((1, false), (process.Restored.Groups, process.Keeper.IsKept));
        Assert.NotNull(process.Restored.Error);
    }

    [Fact]
    public void A_full_disk_fails_the_write_and_nothing_is_missing_when_there_is_room_again()
    {
        long free = long.MaxValue;
        CountsProcess process = _files.Start(open: (path, mode) => new ScriptedStream(path, mode) { Free = () => free });
        process.Exhaust("a");
        process.Keeper.Write();
        process.Reset("a");
        process.Exhaust("b");
        free = 50;
        Assert.Throws<IOException>(process.Keeper.Write);
        process.Exhaust("c");
        Assert.Throws<IOException>(process.Keeper.Write);
        Assert.Equal(["counts.log", "counts.log.lock"], _files.Files);

        free = long.MaxValue;
        process.Stop();

        CountsProcess next = _files.Start();
        Assert.Equal((10, 0, 0), (next.Remaining("a"), next.Remaining("b"), next.Remaining("c")));
        Assert.False(next.Restored.IsDamaged);
    }

    [Fact]
    public void A_crash_with_a_full_disk_leaves_what_was_written_before()
    {
        long free = long.MaxValue;
        CountsProcess process = _files.Start(open: (path, mode) => new ScriptedStream(path, mode) { Free = () => free });
        process.Exhaust("a");
        process.Keeper.Write();
        process.Exhaust("b");
        free = 50;
        Assert.Throws<IOException>(process.Keeper.Write);
        process.Dispose();

        CountsProcess next = _files.Start();
        Assert.Equal((0, 10, 50), (next.Remaining("a"), next.Remaining("b"), next.Restored.CutBytes));
    }

    private void WriteGroups(params string[] accounts)
    {
        CountsProcess process = _files.Start();
        foreach (string account in accounts)
        {
            process.Exhaust(account);
            process.Keeper.Write();
        }

        process.Dispose();
    }
}
