namespace OrleansLimiter.Decisions.Tests;

public class MemoryOverridesTests
{
    private static readonly Account s_account = new(AccountKind.Id, "a");

    private readonly FakeTime _time = new();

    [Fact]
    public async Task An_override_is_in_force_when_the_call_returns_and_has_the_time_of_the_change()
    {
        var overrides = new MemoryOverrides(_time);

        OverrideReply reply = await overrides.SetAsync(new() { Account = s_account, Policy = "p", Limit = "l", Permits = 5 });

        Assert.Equal(_time.GetUtcNow(), reply.Kept?.SetAt);
        Assert.Equal(5, overrides.Current.ForAccount(s_account, _time.GetUtcNow()).Single().Permits);
    }

    [Fact]
    public async Task A_removed_override_is_no_longer_in_force()
    {
        var overrides = new MemoryOverrides(_time);
        await overrides.SetAsync(new() { Account = s_account, Policy = "p", Limit = "l", Permits = 5 });

        Assert.Equal(1, await overrides.RemoveAsync(s_account, "p", "l"));
        Assert.Equal(0, await overrides.RemoveAsync(s_account, "p", "l"));
        Assert.Empty(overrides.Current.ForAccount(s_account, _time.GetUtcNow()));
    }

    [Fact]
    public async Task Changes_at_the_same_time_are_all_kept()
    {
        var overrides = new MemoryOverrides(_time);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(number => Task.Run(async () => await overrides.SetAsync(
            new() { Account = new(AccountKind.Id, $"a{number}"), Policy = "p", Limit = "l", Permits = 5 }))));

        Assert.Equal(100, overrides.Current.CountAt(_time.GetUtcNow()));
    }
}
