namespace OrleansLimiter.Decisions.Tests;

/// <summary>Policies with one domain of a rate limit service.</summary>
public sealed class PolicyDomainTests : IDisposable
{
    private readonly PolicyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_host_does_not_start_with_two_policies_of_one_domain()
    {
        Write("a", "edge");
        Write("b", "edge");
        Write("c", "d");
        Write("d");

        var load = PolicyCatalog.Load([_folder.Path], _folder.Time);

        Assert.Null(load.Catalog);
        Assert.Equal(
            [
                $"{File("b")}:6:16: the domain 'edge' of rls is that of the policy 'a' in {File("a")} already; give each policy a domain of its own",
                $"{File("d")}:1:9: the domain 'd' of rls is that of the policy 'c' in {File("c")} already; give each policy a domain of its own",
            ],
            load.Errors.Select(error => error.ToString()));
    }

    [Fact]
    public void A_change_to_the_domain_of_another_policy_is_refused_and_the_policy_in_force_stays()
    {
        Write("a", "one");
        Write("b", "two");
        PolicyCatalog catalog = _folder.Load();

        Write("a", "two");

        Assert.Equal(["Refused a.yaml a"], PolicyFolder.Refresh(catalog));
        Assert.Equal(["a one", "b two"], Domains(catalog));
        Assert.Equal(
            $"{File("a")}:6:16: the domain 'two' of rls is that of the policy 'b' in {File("b")} already; give each policy a domain of its own",
            catalog.Current.Policies["a"].Refused!.Errors.Single().ToString());
        Assert.Empty(PolicyFolder.Refresh(catalog));
    }

    [Fact]
    public void A_refused_policy_comes_into_force_when_the_domain_is_free()
    {
        Write("a", "one");
        PolicyCatalog catalog = _folder.Load();
        Write("b", "one");
        Assert.Equal(["Refused b.yaml b"], PolicyFolder.Refresh(catalog));
        Assert.Equal(["a one"], Domains(catalog));

        Write("a", "two");

        Assert.Equal(["Replaced a.yaml a", "Loaded b.yaml b"], PolicyFolder.Refresh(catalog));
        Assert.Equal(["a two", "b one"], Domains(catalog));
        Assert.Empty(catalog.Current.RefusedFiles);
    }

    [Fact]
    public void Two_policies_can_exchange_their_domains()
    {
        Write("a", "one");
        Write("b", "two");
        PolicyCatalog catalog = _folder.Load();

        Write("a", "two");
        Write("b", "one");

        Assert.Equal(["Replaced a.yaml a", "Replaced b.yaml b"], PolicyFolder.Refresh(catalog));
        Assert.Equal(["a two", "b one"], Domains(catalog));
    }

    [Fact]
    public void A_domain_that_stays_in_force_after_a_refusal_is_not_given_to_another_policy()
    {
        Write("a", "one");
        Write("b", "two");
        Write("c", "three");
        PolicyCatalog catalog = _folder.Load();

        Write("a", "two"); // free if b changes
        Write("b", "three");

        Assert.Equal(["Refused a.yaml a", "Refused b.yaml b"], PolicyFolder.Refresh(catalog));
        Assert.Equal(["a one", "b two", "c three"], Domains(catalog));
    }

    [Fact]
    public void A_policy_can_be_renamed_to_its_domain()
    {
        Write("a", "edge");
        PolicyCatalog catalog = _folder.Load();

        _folder.Write("a.yaml", PolicyText.With(policy: "edge"));

        Assert.Equal(["Loaded a.yaml edge", "Removed a.yaml a"], PolicyFolder.Refresh(catalog));
        Assert.Equal(["edge edge"], Domains(catalog));
    }

    [Fact]
    public void A_policy_with_the_domain_of_a_missing_one_waits_until_that_is_removed()
    {
        Write("a", "edge");
        PolicyCatalog catalog = _folder.Load();
        System.IO.File.Delete(File("a"));
        Write("b", "edge");
        Assert.Equal(["Missing a.yaml a", "Refused b.yaml b"], PolicyFolder.Refresh(catalog));
        Write("c", "other"); // a policy stays
        Assert.Equal(["Loaded c.yaml c"], PolicyFolder.Refresh(catalog));

        _folder.Time.Advance(PolicyCatalog.DefaultRemovalDelay);

        Assert.Equal(["Loaded b.yaml b", "Removed a.yaml a"], PolicyFolder.Refresh(catalog));
        Assert.Equal(["b edge", "c other"], Domains(catalog));
    }

    private string File(string policy) => _folder.File($"{policy}.yaml");

    private void Write(string policy, string? domain = null) => _folder.Write(
        $"{policy}.yaml", PolicyText.With(policy: policy, more: domain is null ? "" : $"rls: {{ domain: {domain} }}\n"));

    private static string[] Domains(PolicyCatalog catalog) =>
        [.. catalog.Current.Policies.Values.Select(entry => $"{entry.Policy.Name} {RlsFields.DomainOf(entry.Policy.Definition)}").Order()];
}
