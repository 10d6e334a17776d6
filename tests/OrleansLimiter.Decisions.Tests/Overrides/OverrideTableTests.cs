using static OrleansLimiter.Decisions.Tests.TestOverrides;

namespace OrleansLimiter.Decisions.Tests;

public class OverrideTableTests
{
    private static readonly Account Company = new(AccountKind.Id, "cmp_1");

    [Fact]
    public void An_empty_table_has_no_accounts()
    {
        Assert.Null(OverrideTable.Empty.For("front", Company));
        Assert.Equal(0u, OverrideTable.Empty.VersionAt(null, Now));
        Assert.Empty(OverrideTables.Empty.Page(0, 10, Now).Items);
    }

    [Fact]
    public void An_override_is_found_by_policy_account_and_kind()
    {
        var table = Table(Raise(500));
        Assert.Equal(500, Assert.Single(table.For("front", Company)!.All).Permits);
        Assert.Null(table.For("back", Company));
        Assert.Null(table.For("front", new(AccountKind.Ip, "cmp_1")));
        Assert.Null(table.For("front", new(AccountKind.Id, "cmp_2")));
    }

    [Fact]
    public void An_override_for_the_same_requests_replaces_the_previous_one_however_its_condition_is_written()
    {
        var table = Table(
            Raise(1) with { When = When("plan=prime|starter mode=live") },
            Raise(2),
            Raise(3) with { When = When("mode=live plan=starter|prime|prime") },
            Raise(4) with { When = When("") });
        Assert.Equal([3, 4], table.For("front", Company)!.All.Select(entry => entry.Permits!.Value));
        Assert.Equal(2, table.All.Length);
    }

    [Fact]
    public void Conditions_that_one_request_could_match_are_refused()
    {
        var table = Table(Raise(1) with { When = When("plan=prime"), SetAt = Now });
        Assert.False(table.TryWith(
            Raise(2) with { When = When("plan=prime|starter client=direct") }, Now, out var next, out var error));
        Assert.Null(next);
        Assert.Equal("when", error.Field);
        Assert.Equal(
            "the override set at 2026-01-01T00:00:00Z for plan prime could apply to the same request; "
            + "remove the limit's overrides first, or choose conditions that exclude each other",
            error.Message);
        Assert.False(table.TryWith(Raise(2) with { When = When("mode=live") }, Now, out _, out _));
        Assert.Equal(2, table.With(Raise(2) with { When = When("plan=starter") }, Now).All.Length);
    }

    [Fact]
    public void An_expired_override_causes_no_conflict()
    {
        var table = Table(Raise(1) with { When = When("plan=prime"), Until = Now.AddHours(1) });
        var next = table.With(Raise(2) with { When = When("mode=live") }, Now.AddHours(1));
        Assert.Equal(2, Assert.Single(next.For("front", Company)!.All).Permits);
    }

    [Fact]
    public void Removing_removes_all_overrides_of_the_limit_and_no_others()
    {
        var table = Table(
            Raise(1) with { When = When("plan=prime") }, Raise(2), Raise(3, "burst"), Raise(4, account: "cmp_2"));
        var next = table.Without(Company, "front", "company", Now, out int removed);
        Assert.Equal(2, removed);
        Assert.Equal([3, 4], next.All.Select(entry => entry.Permits!.Value));
        Assert.Equal([3], next.For("front", Company)!.All.Select(entry => entry.Permits!.Value));
        Assert.Null(next.Without(Company, "front", "burst", Now, out _).For("front", Company));
    }

    [Fact]
    public void Removing_a_missing_or_expired_override_changes_nothing()
    {
        var table = Table(Raise(1) with { Until = Now.AddHours(1) });
        Assert.Same(table, table.Without(Company, "front", "burst", Now, out int removed));
        Assert.Equal(0, removed);
        Assert.Same(table, table.Without(Company, "front", "company", Now.AddHours(1), out removed));
        Assert.Equal(0, removed);
    }

    [Fact]
    public void The_overrides_of_an_account_stay_the_same_object_while_others_change()
    {
        var table = Table(Raise(1), Raise(2, account: "cmp_2") with { Until = Now.AddHours(1) });
        var before = table.For("front", Company);
        table = table.With(Raise(3, account: "cmp_3"), Now).WithoutLapsed(Now.AddHours(1));
        Assert.Same(before, table.For("front", Company));
        table = table.Without(new(AccountKind.Id, "cmp_3"), "front", "company", Now, out _);
        Assert.Same(before, table.For("front", Company));
    }

    [Fact]
    public void An_account_is_looked_up_over_all_policies() =>
        Assert.Equal(
            [1, 3],
            Table(Raise(1), Raise(2, account: "cmp_2"), Raise(3) with { Policy = "back" })
                .ForAccount(Company, Now).Select(entry => entry.Permits!.Value));

    [Fact]
    public void At_100000_overrides_new_ones_are_refused_and_existing_ones_can_be_replaced()
    {
        var table = OverrideTable.Restore(
            [.. Enumerable.Range(1, OverrideTable.MaxCount).Select(i => Raise(i, account: $"cmp_{i}") with { Version = (uint)i })],
            OverrideTable.MaxCount,
            0);
        Assert.False(table.TryWith(Raise(1, account: "one more"), Now, out _, out var error));
        Assert.Equal(
            ("", "there are 100000 overrides, the maximum; remove some, or raise the limit in the policy"),
            (error.Field, error.Message));
        Assert.Equal(OverrideTable.MaxCount, table.With(Raise(7), Now).All.Length);
    }

    [Fact]
    public void An_account_can_have_64_overrides_with_conditions_and_more_without()
    {
        var table = Table([.. Enumerable.Range(1, 64).Select(i => Raise(i, "apps") with { When = When($"app=a{i}") })]);
        Assert.False(table.TryWith(Raise(65, "apps") with { When = When("app=a65") }, Now, out _, out var error));
        Assert.Equal("when", error.Field);
        Assert.StartsWith("the account has 64 overrides with conditions under policy 'front', the maximum", error.Message);
        Assert.Equal(64, table.With(Raise(66, "apps") with { When = When("app=a64") }, Now).All.Length);
        Assert.Equal(65, table.With(Raise(65, "apps"), Now).All.Length);
    }

    [Fact]
    public void An_override_whose_condition_matches_takes_precedence_over_one_without()
    {
        var own = Table(
            Raise(1),
            Raise(2) with { When = When("plan=prime") },
            Raise(3) with { When = When("plan=enterprise"), Until = Now.AddHours(1) },
            Raise(4, "apps") with { When = When("app=x operation=write endpoint=other") },
            Raise(5, "burst") with { When = When("endpoint=exports mode=live") }).For("front", Company)!;

        Assert.Equal(1, InForce("company", Request("starter", "x")));
        Assert.Equal(1, InForce("company", Request(null, null)));
        Assert.Equal(2, InForce("company", Request("prime", "x")));
        Assert.Equal(3, InForce("company", Request("enterprise", "x")));
        Assert.Equal(1, InForce("company", Request("enterprise", "x"), after: TimeSpan.FromHours(1)));
        Assert.Equal(4, InForce("apps", Request("prime", "x")));
        Assert.Null(InForce("apps", Request("prime", "y")));
        Assert.Null(InForce("apps", Request("prime", "x") with { Method = "GET" }));
        Assert.Null(InForce("burst", Request("prime", "x")));
        Assert.Equal(5, InForce("burst", Request("prime", "x") with { Endpoint = new(0, "exports", "") }));

        int? InForce(string limit, LimitRequest request, TimeSpan after = default) =>
            own.Find(limit, own.Matching(Front, request), Now + after)?.Permits;
    }

    [Fact]
    public void Looking_up_an_account_allocates_nothing()
    {
        var table = Table(Raise(1) with { Until = Now.AddHours(1) }, Raise(2) with { When = When("plan=prime") });
        var request = Request("prime", null);
        uint sum = Look();
        long before = GC.GetAllocatedBytesForCurrentThread();
        sum += Look();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(10u, sum);

        uint Look()
        {
            var own = table.For("front", Company)!;
            return table.VersionAt(own, Now) + (own.Find("company", own.Matching(Front, request), Now)!.Version - 1);
        }
    }

    private static LimitRequest Request(string? plan, string? app) => new()
    {
        Account = Company,
        Method = "POST",
        Endpoint = new(-1, "POST /things", ""),
        Attributes = plan is null ? null : [plan, null, app],
        Cost = 1,
    };
}
