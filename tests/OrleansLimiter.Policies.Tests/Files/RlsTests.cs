namespace OrleansLimiter.Policies.Tests;

public class RlsTests
{
    [Theory]
    [InlineData("rls: x\n", "6:6: rls is 'x'; a mapping (key: value) is expected")]
    [InlineData("rls: { domains: x }\n", "6:8: rls has no key 'domains'; did you mean 'domain'?")]
    [InlineData("rls: { domain: ' x' }\n", "6:16: domain of rls is ' x'; it begins or ends with white space; leave that out")]
    [InlineData("rls: { on-missing: ignore }\n", "6:20: on-missing of rls is 'ignore'; known are error, allow, deny")]
    [InlineData("rls: { entries: { acount: a } }\n", "6:19: entries of rls has no field 'acount'; did you mean 'account'?")]
    [InlineData(
        "rls: { entries: { cost: a } }\n",
        "6:19: entries of rls has no field 'cost'; known are account, ip, method, path, endpoint, resource, plan, region")]
    [InlineData("rls: { entries: { account: '' } }\n", "6:28: the key of 'account' is empty; give it a value")]
    [InlineData(
        "rls: { entries: { account: a, plan: a } }\n",
        "6:37: the key 'a' is that of 'account' already; give each field its own")]
    public void An_invalid_section_is_an_error_at_its_position(string text, string error) =>
        Assert.Equal([error], PolicyText.Errors(PolicyText.With(identity: PolicyText.Identity, more: text)));

    [Fact]
    public void Without_the_section_a_policy_has_the_domain_of_its_name_and_unknown_descriptors_are_errors()
    {
        PolicyDefinition policy = Read("");

        Assert.Null(policy.Rls.Domain);
        Assert.Equal(RlsMissing.Error, policy.Rls.OnMissing);
        Assert.Equal(
            [
                ("account", "account"), ("remote_address", "ip"), ("method", "method"), ("path", "path"), ("endpoint", "endpoint"),
                ("resource", "resource"), ("plan", "plan"), ("region", "region"),
            ],
            Keys(policy));
    }

    [Fact]
    public void Fields_are_renamed_and_a_key_that_one_field_was_given_is_not_that_of_another()
    {
        PolicyDefinition policy = Read("rls: { domain: Edge 1, entries: { account: plan, region: x-region }, on-missing: allow }\n");

        Assert.Equal(("Edge 1", RlsMissing.Allow), (policy.Rls.Domain, policy.Rls.OnMissing));
        Assert.Equal(
            [
                ("plan", "account"), ("x-region", "region"), ("remote_address", "ip"), ("method", "method"), ("path", "path"),
                ("endpoint", "endpoint"), ("resource", "resource"),
            ],
            Keys(policy));
    }

    [Fact]
    public void An_attribute_named_like_a_field_has_no_entry()
    {
        PolicyReadResult read = PolicyText.Read(PolicyText.With(identity: "{ account: ip, path: { default: z } }"));

        Assert.Empty(read.Errors);
        Assert.Equal("path", RlsFields.ByKey(read.Policy!)["path"]);
        Assert.Equal(6, RlsFields.ByKey(read.Policy!).Count);
    }

    private static PolicyDefinition Read(string more)
    {
        PolicyReadResult read = PolicyText.Read(PolicyText.With(identity: PolicyText.Identity, more: more));
        Assert.Empty(read.Errors);
        return read.Policy!;
    }

    private static IEnumerable<(string Key, string Field)> Keys(PolicyDefinition policy) =>
        RlsFields.ByKey(policy).Select(pair => (pair.Key, pair.Value));
}
