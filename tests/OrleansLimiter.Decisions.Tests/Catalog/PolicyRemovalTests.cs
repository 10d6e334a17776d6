namespace OrleansLimiter.Decisions.Tests;

public sealed class PolicyRemovalTests : IDisposable
{
    private readonly PolicyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_policy_is_removed_when_its_file_has_been_missing_for_30_seconds()
    {
        var catalog = LoadTwo();
        var since = _folder.Time.GetUtcNow();

        File.Delete(_folder.File("b.yaml"));

        Assert.Equal(["Missing b.yaml b"], PolicyFolder.Refresh(catalog));
        Assert.Equal((null, since), (catalog.Current.Policies["a"].MissingSince, catalog.Current.Policies["b"].MissingSince));
        _folder.Time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.Empty(PolicyFolder.Refresh(catalog));
        _folder.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(["Removed b.yaml b"], PolicyFolder.Refresh(catalog));
        Assert.Equal("a", catalog.Current.Only!.Policy.Name);
        Assert.Empty(catalog.Current.RefusedFiles);
        Assert.Empty(PolicyFolder.Refresh(catalog));
    }

    [Fact]
    public void The_delay_can_be_set()
    {
        var catalog = LoadTwo();
        catalog.RemovalDelay = TimeSpan.Zero;

        File.Delete(_folder.File("b.yaml"));

        Assert.Equal(["Removed b.yaml b"], PolicyFolder.Refresh(catalog));
    }

    [Fact]
    public void A_file_that_is_missing_for_less_than_30_seconds_changes_nothing()
    {
        var catalog = LoadTwo();
        var before = catalog.Current.Policies["b"];
        string text = File.ReadAllText(_folder.File("b.yaml"));

        for (int i = 0; i < 3; i++)
        {
            File.Delete(_folder.File("b.yaml"));
            Assert.Equal(["Missing b.yaml b"], PolicyFolder.Refresh(catalog));
            _folder.Time.Advance(TimeSpan.FromSeconds(29));
            Assert.Empty(PolicyFolder.Refresh(catalog));
            _folder.Write("b.yaml", text);
            Assert.Empty(PolicyFolder.Refresh(catalog));
            Assert.Equal(before, catalog.Current.Policies["b"]);
        }

        Assert.Equal(["a", "b"], catalog.Current.Policies.Keys.Order());
    }

    [Fact]
    public void A_file_that_is_written_again_with_other_content_replaces_its_policy_without_a_gap()
    {
        var catalog = LoadTwo();
        File.Delete(_folder.File("b.yaml"));
        PolicyFolder.Refresh(catalog);

        _folder.Write("b.yaml", PolicyText.With(policy: "b", generation: "2"));

        Assert.Equal(["Replaced b.yaml b"], PolicyFolder.Refresh(catalog));
        Assert.Null(catalog.Current.Policies["b"].MissingSince);
    }

    [Fact]
    public void A_removed_file_that_is_restored_is_loaded_again()
    {
        var catalog = LoadTwo();
        string text = File.ReadAllText(_folder.File("b.yaml"));
        File.Delete(_folder.File("b.yaml"));
        Pass(catalog);

        _folder.Write("b.yaml", text);

        Assert.Equal(["Loaded b.yaml b"], PolicyFolder.Refresh(catalog));
    }

    [Fact]
    public void A_removed_file_that_was_named_explicitly_is_loaded_when_it_is_restored()
    {
        LoadTwo();
        var catalog = PolicyCatalog.Load([_folder.File("a.yaml"), _folder.File("b.yaml")], _folder.Time).Catalog!;
        File.Delete(_folder.File("a.yaml"));

        Assert.Equal(["Missing a.yaml a", "Removed a.yaml a"], Pass(catalog));
        Assert.Empty(PolicyFolder.Refresh(catalog));
        _folder.Write("a.yaml", PolicyText.With(policy: "a"));
        Assert.Equal(["Loaded a.yaml a"], PolicyFolder.Refresh(catalog));
    }

    [Fact]
    public void A_renamed_file_keeps_its_policy_without_a_gap()
    {
        var catalog = LoadTwo();
        var before = catalog.Current.Policies["b"];

        File.Move(_folder.File("b.yaml"), _folder.File("c.yaml"));

        Assert.Empty(PolicyFolder.Refresh(catalog));
        Assert.Equal(before with { File = _folder.File("c.yaml") }, catalog.Current.Policies["b"]);
        Assert.Empty(PolicyFolder.Refresh(catalog));
        Assert.Empty(PolicyFolder.Refresh(catalog));
        Assert.Equal(before with { File = _folder.File("c.yaml") }, catalog.Current.Policies["b"]);
    }

    [Fact]
    public void A_second_file_of_a_policy_is_refused_until_the_first_is_removed()
    {
        var catalog = LoadTwo();

        _folder.Write("0.yaml", PolicyText.With(policy: "b", generation: "2"));
        Assert.Equal(["Refused 0.yaml b"], PolicyFolder.Refresh(catalog));
        Assert.Equal(
            $"{_folder.File("0.yaml")}:1:9: the policy 'b' is in {_folder.File("b.yaml")} already; one policy has one file",
            Assert.Single(Assert.Single(catalog.Current.RefusedFiles).Errors).ToString());
        Assert.Equal(_folder.File("b.yaml"), catalog.Current.Policies["b"].File);

        File.Delete(_folder.File("b.yaml"));
        Assert.Equal(["Missing b.yaml b"], PolicyFolder.Refresh(catalog));
        Assert.Equal(["Replaced 0.yaml b"], Pass(catalog));
        Assert.Empty(catalog.Current.RefusedFiles);
    }

    [Fact]
    public void A_renamed_policy_removes_the_old_name()
    {
        var catalog = LoadTwo();

        _folder.Write("b.yaml", PolicyText.With(policy: "c"));

        Assert.Equal(["Loaded b.yaml c", "Removed b.yaml b"], PolicyFolder.Refresh(catalog));
        Assert.Equal(["a", "c"], catalog.Current.Policies.Keys.Order());
    }

    [Fact]
    public void A_policy_that_is_renamed_to_an_existing_name_is_refused()
    {
        var catalog = LoadTwo();

        _folder.Write("b.yaml", PolicyText.With(policy: "a", generation: "7"));

        Assert.Equal(["Refused b.yaml b"], PolicyFolder.Refresh(catalog));
        Assert.Equal(["a", "b"], catalog.Current.Policies.Keys.Order());
        Assert.Equal(_folder.File("a.yaml"), catalog.Current.Policies["a"].File);
        Assert.NotNull(catalog.Current.Policies["b"].Refused);
    }

    [Fact]
    public void A_missing_folder_removes_no_policy()
    {
        var catalog = LoadTwo();
        string elsewhere = _folder.Path + "-elsewhere";
        Directory.Move(_folder.Path, elsewhere);

        Assert.Equal([$"Refused {Path.GetFileName(_folder.Path)} "], PolicyFolder.Refresh(catalog));
        Assert.Empty(PolicyFolder.Refresh(catalog));
        Assert.Empty(PolicyFolder.Refresh(catalog));
        Assert.Equal(["a", "b"], catalog.Current.Policies.Keys.Order());

        Directory.Move(elsewhere, _folder.Path);
        _folder.Write("b.yaml", PolicyText.With(policy: "b", generation: "2"));
        Assert.Equal(["Replaced b.yaml b"], PolicyFolder.Refresh(catalog));
    }

    // Refreshes, waits for the delay, and refreshes again.
    private string[] Pass(PolicyCatalog catalog)
    {
        string[] first = PolicyFolder.Refresh(catalog);
        _folder.Time.Advance(PolicyCatalog.DefaultRemovalDelay);
        return [.. first, .. PolicyFolder.Refresh(catalog)];
    }

    private PolicyCatalog LoadTwo()
    {
        _folder.Write("a.yaml", PolicyText.With(policy: "a"));
        _folder.Write("b.yaml", PolicyText.With(policy: "b"));
        return _folder.Load();
    }
}
