using static OrleansLimiter.Decisions.Tests.TestOverrides;

namespace OrleansLimiter.Decisions.Tests;

/// <summary>The effect of changed overrides on living buckets.</summary>
public sealed class OverridesInForceTests : IDisposable
{
    private static readonly Account Company = new(AccountKind.Id, "cmp_1");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly FakeTime _time = new();
    private readonly Policy _policy = new(Front with { Limits = [Front.Limits[0], Front.Limits[1]] });
    private readonly InProcessBucketStore _groups;
    private readonly OverrideStore _overrides;
    private readonly Limiter _limiter;

    public OverridesInForceTests()
    {
        var clock = new LimiterClock(_time);
        _groups = new(clock);
        _overrides = OverrideStore.Open(Path.Combine(_folder.FullName, "overrides"), _time);
        _limiter = new(_groups, _overrides, clock);
    }

    public void Dispose()
    {
        _groups.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_raise_a_reduction_and_a_removal_reach_a_living_bucket()
    {
        Assert.Equal(50, await LimitOf("company"));
        await Set(Raise(500));
        Assert.Equal(500, await LimitOf("company"));
        await Set(Raise(5));
        Assert.Equal(5, await LimitOf("company"));
        await _overrides.RemoveAsync(Company, "front", "company");
        Assert.Equal(50, await LimitOf("company"));
    }

    [Fact]
    public async Task Overrides_that_expire_one_after_the_other_restore_each_limit()
    {
        await Set(Raise(2) with { Until = _time.GetUtcNow().AddSeconds(20) });
        await Set(Raise(3, "apps") with { Until = _time.GetUtcNow().AddSeconds(10) });
        Assert.Equal((2, 3), (await LimitOf("company"), await LimitOf("apps")));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((2, 7), (await LimitOf("company"), await LimitOf("apps")));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((50, 7), (await LimitOf("company"), await LimitOf("apps")));
    }

    [Fact]
    public async Task Unlimited_removes_the_limit_from_the_decision_and_zero_permits_block()
    {
        await Set(Change("apps") with { Unlimited = true });
        Assert.Null(await LimitOf("apps"));
        await Set(Raise(0));
        Assert.False((await Check()).Allowed);
    }

    [Fact]
    public async Task A_condition_can_use_a_value_that_no_limit_mentions()
    {
        await Set(Raise(1000, "apps") with { When = When("app=x operation=write") });
        Assert.Equal(1000, await LimitOf("apps", app: "x"));
        Assert.Equal(7, await LimitOf("apps", app: "y"));
        Assert.Equal(7, await LimitOf("apps", app: "x", method: "GET"));
        Assert.Equal(1000, await LimitOf("apps", app: "x"));
    }

    [Fact]
    public async Task Another_account_keeps_its_limits()
    {
        await Set(Raise(500, account: "cmp_2"));
        Assert.Equal(50, await LimitOf("company"));
    }

    private async Task Set(Override change)
    {
        Assert.Empty(change.Validate(_policy.Definition, _time.GetUtcNow()));
        Assert.Null((await _overrides.SetAsync(change)).Error);
    }

    private async Task<int?> LimitOf(string limit, string app = "", string method = "POST")
    {
        var decision = await Check(app, method);
        Assert.Equal(DecisionNotes.None, decision.Notes);
        return Enumerable.Range(0, decision.Count).Select(i => decision[i])
            .Where(outcome => outcome.Limit.Name == limit).Select(outcome => (int?)outcome.Reading.Limit).SingleOrDefault();
    }

    private async Task<Decision> Check(string app = "", string method = "POST") => await _limiter.CheckAsync(
        _policy,
        new()
        {
            Account = Company,
            Method = method,
            Endpoint = new(-1, "POST /things", ""),
            Attributes = [null, null, app],
            Cost = 1,
        });
}
