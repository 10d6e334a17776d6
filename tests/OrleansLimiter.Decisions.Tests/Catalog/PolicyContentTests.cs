namespace OrleansLimiter.Decisions.Tests;

public sealed class PolicyContentTests : IDisposable
{
    private const string Policy = "policies/p.yaml";

    private static readonly DateTime Written = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly PolicyFolder _folder = new();

    public PolicyContentTests() => Directory.CreateDirectory(_folder.File("policies"));

    public enum Change
    {
        WrittenInPlace,
        RenamedOver,
        TargetOfLinkWritten,
        LinkSwapped,
        ConfigMapSwapped,
        LinkOfFolderSwapped,
    }

    public static IEnumerable<object[]> Changes { get; } =
        from change in Enum.GetValues<Change>() from isNamed in (bool[])[false, true] select new object[] { change, isNamed };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Changes))]
    public void Content_that_changes_with_the_same_length_and_time_is_noticed_by_the_next_refresh(Change change, bool isNamed)
    {
        Begin(change);
        var load = PolicyCatalog.Load([_folder.File(isNamed ? Policy : "policies")], _folder.Time);
        Assert.Empty(load.Errors);
        var catalog = load.Catalog!;
        var before = Stamp();
        Assert.Equal([[], [], []], Enumerable.Range(0, 3).Select(_ => PolicyFolder.Refresh(catalog)));

        Make(change);

        Assert.Equal(before, Stamp());
        Assert.Equal(["Replaced p.yaml p"], PolicyFolder.Refresh(catalog));
        Assert.Equal(2, catalog.Current.Only!.Policy.Definition.Generation);
        Assert.Empty(PolicyFolder.Refresh(catalog));
    }

    [Fact]
    public void Unchanged_content_with_a_new_time_is_not_parsed_again()
    {
        Write(Policy, "1");
        var catalog = PolicyCatalog.Load([_folder.File(Policy)], _folder.Time).Catalog!;
        var before = catalog.Current;

        File.SetLastWriteTimeUtc(_folder.File(Policy), Written.AddSeconds(1));

        Assert.Empty(catalog.Refresh());
        Assert.Same(before, catalog.Current);
    }

    [Fact]
    public void A_file_above_the_bound_is_refused_once_for_each_length()
    {
        Write(Policy, "1");
        var catalog = PolicyCatalog.Load([_folder.File(Policy)], _folder.Time).Catalog!;
        string TooLarge(int bytes)
        {
            _folder.Write(Policy, PolicyText.With().PadRight(bytes));
            var errors = catalog.Refresh().SelectMany(change => change.Errors);
            Assert.Empty(catalog.Refresh());
            return Assert.Single(errors).Message;
        }

        Assert.Equal(
            [
                "the file has 1048577 bytes; at most 1048576 are read, so split it into several policies",
                "the file has 2000000 bytes; at most 1048576 are read, so split it into several policies",
            ],
            [TooLarge(1_048_577), TooLarge(2_000_000)]);
        Assert.Equal(1, catalog.Current.Only!.Policy.Definition.Generation);

        _folder.Write(Policy, PolicyText.With(generation: "2").PadRight(PolicyReader.MaxFileBytes));
        Assert.Equal(["Replaced p.yaml p"], PolicyFolder.Refresh(catalog));
    }

    [Fact]
    public void A_file_that_becomes_a_folder_is_refused_once_and_the_policy_stays_in_force()
    {
        Write(Policy, "1");
        var catalog = PolicyCatalog.Load([_folder.File(Policy)], _folder.Time).Catalog!;
        File.Delete(_folder.File(Policy));
        Directory.CreateDirectory(_folder.File(Policy));

        Assert.Equal(["Refused p.yaml p"], PolicyFolder.Refresh(catalog));
        Assert.Empty(PolicyFolder.Refresh(catalog));
        Assert.Equal(
            $"{_folder.File(Policy)}: this is a directory; give the files in it",
            Assert.Single(catalog.Current.Only!.Refused!.Errors).ToString());

        Directory.Delete(_folder.File(Policy));
        Write(Policy, "1");
        Assert.Equal(["Replaced p.yaml p"], PolicyFolder.Refresh(catalog));
        Assert.Null(catalog.Current.Only!.Refused);
    }

    private void Begin(Change change)
    {
        switch (change)
        {
            case Change.TargetOfLinkWritten or Change.LinkSwapped:
                Write("v1.yaml", "1");
                File.CreateSymbolicLink(_folder.File(Policy), "../v1.yaml");
                break;
            case Change.ConfigMapSwapped: // the layout of the kubelet
                Write("policies/..2026_01_01/p.yaml", "1");
                Directory.CreateSymbolicLink(_folder.File("policies/..data"), "..2026_01_01");
                File.CreateSymbolicLink(_folder.File(Policy), "..data/p.yaml");
                break;
            case Change.LinkOfFolderSwapped:
                Write("v1/p.yaml", "1");
                Link("policies", "v1");
                break;
            default:
                Write(Policy, "1");
                break;
        }
    }

    private void Make(Change change)
    {
        switch (change)
        {
            case Change.WrittenInPlace:
                Write(Policy, "2");
                break;
            case Change.RenamedOver:
                Write("next", "2");
                File.Move(_folder.File("next"), _folder.File(Policy), overwrite: true);
                break;
            case Change.TargetOfLinkWritten:
                Write("v1.yaml", "2");
                break;
            case Change.LinkSwapped:
                Write("v2.yaml", "2");
                File.Delete(_folder.File(Policy));
                File.CreateSymbolicLink(_folder.File(Policy), "../v2.yaml");
                break;
            case Change.ConfigMapSwapped:
                Write("policies/..2026_01_02/p.yaml", "2");
                Link("policies/..data", "..2026_01_02");
                Directory.Delete(_folder.File("policies/..2026_01_01"), recursive: true);
                break;
            case Change.LinkOfFolderSwapped:
                Write("v2/p.yaml", "2");
                Link("policies", "v2");
                break;
        }
    }

    // By handle, so that it is that of the link's target.
    private (long Length, DateTime Modified) Stamp()
    {
        using var handle = File.OpenHandle(_folder.File(Policy));
        return (RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));
    }

    private void Write(string name, string generation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        _folder.Write(name, PolicyText.With(generation: generation));
        File.SetLastWriteTimeUtc(_folder.File(name), Written);
    }

    private void Link(string name, string folder)
    {
        Directory.Delete(_folder.File(name));
        Directory.CreateSymbolicLink(_folder.File(name), folder);
    }
}
