namespace OrleansLimiter.Policies.Tests;

public class AccountGroupsTests
{
    [Theory]
    [InlineData("500", "6:17: account-groups is '500'; a mapping (key: value) is expected")]
    [InlineData("{ maximum: 5 }", "6:19: account-groups has no key 'maximum'; known are max, beyond")]
    [InlineData("{ max: 0 }", "6:24: max of account-groups is '0'; a whole number from 1 to 1000000 is expected")]
    [InlineData("{ max: 1000001 }", "6:24: max of account-groups is '1000001'; a whole number from 1 to 1000000 is expected")]
    [InlineData("{ max: 1.5 }", "6:24: max of account-groups is '1.5'; a whole number from 1 to 1000000 is expected")]
    [InlineData("{ beyond: refused }", "6:27: beyond of account-groups is 'refused'; did you mean 'refuse'?")]
    [InlineData("{ beyond: local }", "6:27: beyond of account-groups is 'local'; known are refuse, allow")]
    public void Every_error_is_reported(string text, string error) =>
        Assert.Equal([error], PolicyText.Errors(PolicyText.With(more: $"account-groups: {text}\n")));

    [Theory]
    [InlineData("", 1_000, BeyondAccountGroups.Refuse)]
    [InlineData("account-groups: { max: 1 }\n", 1, BeyondAccountGroups.Refuse)]
    [InlineData("account-groups: { max: 1000000, beyond: allow }\n", 1_000_000, BeyondAccountGroups.Allow)]
    [InlineData("account-groups: { beyond: refuse }\n", 1_000, BeyondAccountGroups.Refuse)]
    public void A_value_that_is_not_given_has_its_default(string text, int max, BeyondAccountGroups beyond)
    {
        PolicyReadResult read = PolicyText.Read(PolicyText.With(more: text));

        Assert.Empty(read.Errors);
        Assert.Equal(new(max, beyond), read.Policy!.AccountGroups);
    }
}
