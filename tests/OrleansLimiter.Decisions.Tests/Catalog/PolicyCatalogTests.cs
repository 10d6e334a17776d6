namespace OrleansLimiter.Decisions.Tests;

public sealed class PolicyCatalogTests : IDisposable
{
    private readonly PolicyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_yaml_and_yml_file_of_a_folder_is_loaded()
    {
        _folder.Write("a.yaml", PolicyText.With(policy: "a"));
        _folder.Write("b.yml", PolicyText.With(policy: "b"));
        _folder.Write("notes.txt", "no policy");
        _folder.Write(".c.yaml", "an editor's own");
        Directory.CreateDirectory(_folder.File("below"));
        _folder.Write("below/d.yaml", PolicyText.With(policy: "d"));

        var current = _folder.Load().Current;

        Assert.Equal(["a", "b"], current.Policies.Keys.Order());
        Assert.Null(current.Only);
        var entry = current.Policies["a"];
        Assert.Equal(("a", _folder.File("a.yaml"), _folder.Time.GetUtcNow(), null),
            (entry.Policy.Name, entry.File, entry.Since, entry.Refused));
    }

    [Fact]
    public void A_host_does_not_start_with_an_error_and_all_errors_are_reported()
    {
        _folder.Write("a.yaml", PolicyText.With(generation: "0"));
        _folder.Write("b.yaml", PolicyText.With(policy: "b"));
        _folder.Write("c.yaml", PolicyText.With(policy: "b"));

        var load = PolicyCatalog.Load([_folder.Path, _folder.File("missing.yaml")], _folder.Time);

        Assert.Null(load.Catalog);
        Assert.Equal(
            [
                $"{_folder.File("a.yaml")}:2:13: generation is '0'; a whole number from 1 to 2147483647 is expected",
                $"{_folder.File("c.yaml")}:1:9: the policy 'b' is in {_folder.File("b.yaml")} already; one policy has one file",
                $"{_folder.File("missing.yaml")}: the file does not exist; check its name",
            ],
            load.Errors.Select(error => error.ToString()));
    }

    [Fact]
    public void A_host_does_not_start_without_a_policy()
    {
        Assert.Equal(
            [$"{_folder.Path}: the folder has no *.yaml or *.yml file; put a policy there"],
            PolicyCatalog.Load([_folder.Path], _folder.Time).Errors.Select(error => error.ToString()));
        Assert.Equal(
            ["policies: no policy is given; name a file, or a folder of them"],
            PolicyCatalog.Load([], _folder.Time).Errors.Select(error => error.ToString()));
    }

    [Fact]
    public void Warnings_are_reported_at_startup()
    {
        _folder.Write("a.yaml", PolicyText.With(limits: "- { name: a, scope: endpoint, algorithm: fixed-window, permits: 1, window: 1s }"));

        var warning = Assert.Single(PolicyCatalog.Load([_folder.Path], _folder.Time).Warnings);

        Assert.Equal((1, 1), (warning.Line, warning.Column));
        Assert.StartsWith("with 'unlisted: route' each unlisted path has its own buckets", warning.Message);
    }

    [Fact]
    public async Task A_named_pipe_or_a_link_to_one_in_the_folder_does_not_stop_the_watch()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // Windows has no pipes in folders
        }

        _folder.Write("a.yaml", PolicyText.With(policy: "a"));
        var catalog = _folder.Load();
        using (var made = System.Diagnostics.Process.Start("mkfifo", _folder.File("b.yaml")))
        {
            await made.WaitForExitAsync();
        }

        File.CreateSymbolicLink(_folder.File("link.yaml"), "b.yaml");

        string[] changes = await Task.Run(() => PolicyFolder.Refresh(catalog)).WaitAsync(TimeSpan.FromSeconds(30));
        _folder.Write("c.yaml", PolicyText.With(policy: "c"));

        Assert.Equal(["Refused b.yaml ", "Refused link.yaml "], changes);
        Assert.Equal(["Loaded c.yaml c"], PolicyFolder.Refresh(catalog));
    }

    [Fact]
    public void A_refresh_without_changes_keeps_the_snapshot()
    {
        _folder.Write("a.yaml", PolicyText.With());
        var catalog = _folder.Load();
        var before = catalog.Current;

        Assert.Equal([[], [], []], Enumerable.Range(0, 3).Select(_ => PolicyFolder.Refresh(catalog)));
        Assert.Same(before, catalog.Current);
    }

    [Fact]
    public void A_changed_valid_file_replaces_its_policy()
    {
        _folder.Write("a.yaml", PolicyText.With());
        var catalog = _folder.Load();
        var before = catalog.Current;
        _folder.Time.Advance(TimeSpan.FromSeconds(5));

        _folder.Write("a.yaml", PolicyText.With(generation: "2"));

        Assert.Equal(["Replaced a.yaml p"], PolicyFolder.Refresh(catalog));
        Assert.Equal(2, catalog.Current.Only!.Policy.Definition.Generation);
        Assert.Equal(_folder.Time.GetUtcNow(), catalog.Current.Only.Since);
        Assert.Equal(1, before.Only!.Policy.Definition.Generation);
    }

    [Fact]
    public void A_changed_comment_changes_nothing()
    {
        _folder.Write("a.yaml", PolicyText.With());
        var catalog = _folder.Load();
        var policy = catalog.Current.Only!.Policy;

        _folder.Write("a.yaml", PolicyText.With(more: "# a comment\n"));

        Assert.Empty(PolicyFolder.Refresh(catalog));
        Assert.Same(policy, catalog.Current.Only.Policy);
    }

    [Theory]
    [InlineData("2", "the policy 'p' changed, but its generation is still 2; raise it with every change, or living buckets keep the stricter of both rules")]
    [InlineData("1", "the generation of the policy 'p' fell from 2 to 1; raise it above 2, or living buckets keep the old rules")]
    public void A_change_without_a_higher_generation_is_accepted_with_a_warning(string generation, string warning)
    {
        _folder.Write("a.yaml", PolicyText.With(generation: "2"));
        var catalog = _folder.Load();

        _folder.Write("a.yaml", PolicyText.With(generation: generation, more: "description: another\n"));

        var change = Assert.Single(catalog.Refresh());
        Assert.Equal((PolicyChangeKind.Replaced, $"{_folder.File("a.yaml")}: {warning}"),
            (change.Kind, Assert.Single(change.Warnings).ToString()));
        Assert.Equal("another", catalog.Current.Only!.Policy.Definition.Description);
    }

    [Fact]
    public void An_invalid_change_is_refused_once_and_the_policy_stays_in_force()
    {
        _folder.Write("a.yaml", PolicyText.With());
        var catalog = _folder.Load();
        var policy = catalog.Current.Only!.Policy;
        _folder.Time.Advance(TimeSpan.FromSeconds(5));

        _folder.Write("a.yaml", PolicyText.With(generation: "0"));

        var change = Assert.Single(catalog.Refresh());
        Assert.Equal((PolicyChangeKind.Refused, "p", 1), (change.Kind, change.Policy, change.Errors.Count));
        Assert.Same(policy, catalog.Current.Only!.Policy);
        Assert.Equal(_folder.Time.GetUtcNow(), catalog.Current.Only.Refused!.At);
        Assert.Equal(change.Errors, catalog.Current.Only.Refused.Errors);
        Assert.Empty(catalog.Refresh());
        Assert.Empty(catalog.Refresh());
    }

    [Fact]
    public void A_partly_written_file_is_refused_until_it_is_complete()
    {
        string text = PolicyText.With(generation: "2");
        _folder.Write("a.yaml", PolicyText.With());
        var catalog = _folder.Load();

        _folder.Write("a.yaml", text[..^20]);
        Assert.Equal(["Refused a.yaml p"], PolicyFolder.Refresh(catalog));
        _folder.Write("a.yaml", "");
        Assert.Equal(["Refused a.yaml p"], PolicyFolder.Refresh(catalog));
        Assert.Equal(1, catalog.Current.Only!.Policy.Definition.Generation);

        _folder.Write("a.yaml", text);
        Assert.Equal(["Replaced a.yaml p"], PolicyFolder.Refresh(catalog));
        Assert.Null(catalog.Current.Only!.Refused);
        Assert.Equal(2, catalog.Current.Only.Policy.Definition.Generation);
    }

    [Fact]
    public void A_refused_change_that_is_undone_leaves_no_trace()
    {
        _folder.Write("a.yaml", PolicyText.With());
        var catalog = _folder.Load();
        var entry = catalog.Current.Only;
        _folder.Write("a.yaml", "");
        Assert.Equal(["Refused a.yaml p"], PolicyFolder.Refresh(catalog));
        _folder.Time.Advance(TimeSpan.FromSeconds(5));

        _folder.Write("a.yaml", PolicyText.With());

        Assert.Equal(["Replaced a.yaml p"], PolicyFolder.Refresh(catalog));
        Assert.Equal(entry, catalog.Current.Only);
    }

    [Fact]
    public void A_new_file_adds_its_policy_and_an_invalid_new_one_is_listed_as_refused()
    {
        _folder.Write("a.yaml", PolicyText.With());
        var catalog = _folder.Load();

        _folder.Write("b.yaml", PolicyText.With(policy: "b"));
        _folder.Write("c.yaml", PolicyText.With(policy: "c", generation: "0"));

        Assert.Equal(["Loaded b.yaml b", "Refused c.yaml c"], PolicyFolder.Refresh(catalog));
        Assert.Equal(["b", "p"], catalog.Current.Policies.Keys.Order());
        Assert.Equal(_folder.File("c.yaml"), Assert.Single(catalog.Current.RefusedFiles).File);

        _folder.Write("c.yaml", PolicyText.With(policy: "c"));
        Assert.Equal(["Loaded c.yaml c"], PolicyFolder.Refresh(catalog));
        Assert.Empty(catalog.Current.RefusedFiles);
    }

    [Fact]
    public void Files_named_explicitly_are_watched()
    {
        _folder.Write("a.conf", PolicyText.With());
        var catalog = PolicyCatalog.Load([_folder.File("a.conf")], new FakeTime()).Catalog!;

        _folder.Write("a.conf", PolicyText.With(generation: "2"));

        Assert.Equal(["Replaced a.conf p"], PolicyFolder.Refresh(catalog));
    }
}
