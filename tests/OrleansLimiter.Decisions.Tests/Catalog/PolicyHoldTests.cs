namespace OrleansLimiter.Decisions.Tests;

/// <summary>The policies of a host, or of a folder, do not vanish all at once.</summary>
public sealed class PolicyHoldTests : IDisposable
{
    private readonly PolicyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_policies_of_an_emptied_folder_stay_in_force_and_this_is_reported_once()
    {
        var catalog = LoadTwo();
        Delete("a.yaml", "b.yaml");

        Assert.Equal(["Missing a.yaml a", "Missing b.yaml b"], PolicyFolder.Refresh(catalog));
        _folder.Time.Advance(PolicyCatalog.DefaultRemovalDelay);
        var change = Assert.Single(catalog.Refresh());
        _folder.Time.Advance(TimeSpan.FromDays(1));

        Assert.Empty(PolicyFolder.Refresh(catalog));
        Assert.Equal(
            (PolicyChangeKind.Refused, $"{_folder.Path}: no policy file is left in the folder, so its policies stay in force; "
                + "restore the files, or confirm the removal of each policy"),
            (change.Kind, Assert.Single(change.Errors).ToString()));
        Assert.Equal(["a", "b"], catalog.Current.Policies.Keys.Order());
    }

    [Fact]
    public void Policies_that_vanish_one_after_the_other_leave_the_last_one_in_force()
    {
        var catalog = LoadTwo();
        Delete("a.yaml");
        Assert.Equal(["Missing a.yaml a", "Removed a.yaml a"], Pass(catalog));
        Delete("b.yaml");

        Assert.Equal(["Missing b.yaml b", $"Refused {Path.GetFileName(_folder.Path)} "], Pass(catalog));
        Assert.Equal("b", catalog.Current.Only!.Policy.Name);
    }

    [Fact]
    public void An_invalid_file_that_is_left_does_not_count_as_a_policy()
    {
        var catalog = LoadTwo();
        _folder.Write("c.yaml", "nothing: valid");
        PolicyFolder.Refresh(catalog);
        Delete("a.yaml", "b.yaml");

        Assert.Equal(["Missing a.yaml a", "Missing b.yaml b", $"Refused {Path.GetFileName(_folder.Path)} "], Pass(catalog));
        Assert.Equal(["a", "b"], catalog.Current.Policies.Keys.Order());
    }

    [Fact]
    public void Held_policies_are_removed_when_other_policies_take_their_place()
    {
        var catalog = LoadTwo();
        Delete("a.yaml", "b.yaml");
        Pass(catalog);

        _folder.Write("c.yaml", PolicyText.With(policy: "c"));

        Assert.Equal(["Loaded c.yaml c", "Removed a.yaml a", "Removed b.yaml b"], PolicyFolder.Refresh(catalog));
    }

    [Fact]
    public void The_last_policy_that_was_named_explicitly_stays_in_force()
    {
        LoadTwo();
        var catalog = PolicyCatalog.Load([_folder.File("a.yaml"), _folder.File("b.yaml")], _folder.Time).Catalog!;
        Delete("a.yaml", "b.yaml");

        Assert.Equal(["Missing a.yaml a", "Missing b.yaml b", "Refused a.yaml ", "Refused b.yaml "], Pass(catalog));
        Assert.Equal(["a", "b"], catalog.Current.Policies.Keys.Order());
    }

    [Fact]
    public void An_emptied_folder_keeps_its_policies_while_those_of_another_folder_stay()
    {
        using var other = new PolicyFolder();
        other.Write("c.yaml", PolicyText.With(policy: "c"));
        LoadTwo();
        var catalog = PolicyCatalog.Load([_folder.Path, other.Path], _folder.Time).Catalog!;
        Delete("a.yaml", "b.yaml");

        Pass(catalog);

        Assert.Equal(["a", "b", "c"], catalog.Current.Policies.Keys.Order());
    }

    [Fact]
    public void A_removal_that_is_confirmed_applies_at_once()
    {
        var catalog = LoadTwo();
        Delete("a.yaml", "b.yaml");

        Assert.Equal(["Missing a.yaml a", "Missing b.yaml b", "Removed b.yaml b"], Remove(catalog, "b"));
        Assert.Equal(["Removed a.yaml a"], Remove(catalog, "a"));
        Assert.Empty(Remove(catalog, "a"));
        Assert.Empty(catalog.Current.Policies);

        _folder.Write("a.yaml", PolicyText.With(policy: "a"));
        Assert.Equal(["Loaded a.yaml a"], PolicyFolder.Refresh(catalog));
    }

    [Fact]
    public void A_policy_whose_file_exists_cannot_be_removed()
    {
        var catalog = LoadTwo();

        Assert.Empty(Remove(catalog, "a"));
        Assert.Empty(Remove(catalog, "z"));
        Assert.Equal(["a", "b"], catalog.Current.Policies.Keys.Order());
    }

    private static string[] Remove(PolicyCatalog catalog, string policy) =>
        [.. catalog.Remove(policy).Select(change => $"{change.Kind} {Path.GetFileName(change.File)} {change.Policy}")];

    private void Delete(params string[] names) => Array.ForEach(names, name => File.Delete(_folder.File(name)));

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
