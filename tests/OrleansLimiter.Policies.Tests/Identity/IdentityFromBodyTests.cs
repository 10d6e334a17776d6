using static OrleansLimiter.Policies.Tests.TestIdentity;

namespace OrleansLimiter.Policies.Tests;

public class IdentityFromBodyTests
{
    private static readonly AccountSource Company = AccountSource.Header("X-Company-Id");

    private static readonly IdentityReader Front = Reader([Company, AccountSource.Ip], Plan, Mode, Region, Channel);
    private static readonly IdentityReader OnlyId = Reader([Company]);
    private static readonly IdentityReader OnlyIp = Reader([AccountSource.Ip]);

    [Theory]
    [InlineData("c", null, AccountKind.Id, "c")]
    [InlineData("c", "203.0.113.7", AccountKind.Id, "c")]
    [InlineData("203.0.113.7", null, AccountKind.Id, "203.0.113.7")]
    [InlineData(null, "203.0.113.7", AccountKind.Ip, "203.0.113.7")]
    [InlineData(null, "2001:db8::1", AccountKind.Ip, "2001:db8::/64")]
    public void The_account_falls_back_to_ip_if_the_policy_does(string? account, string? ip, AccountKind kind, string expected) =>
        Assert.Equal(new Account(kind, expected), Read(Front, account, ip).Account);

    [Fact]
    public void A_policy_with_the_source_ip_only_uses_the_address() =>
        Assert.Equal(new Account(AccountKind.Ip, "203.0.113.7"), Read(OnlyIp, "c", "203.0.113.7").Account);

    [Fact]
    public void The_error_of_a_missing_or_invalid_account_names_its_field()
    {
        Assert.Equal(("account", "the policy 'tested' finds no account; give account or ip"), Error(Front, null, null));
        Assert.Equal(("account", "the policy 'tested' finds no account; give account"), Error(OnlyId, null, "203.0.113.7"));
        Assert.Equal(("ip", "the policy 'tested' finds no account; give ip"), Error(OnlyIp, "c", null));
        Assert.Equal(("account", "account: it has 10000 characters; give at most 256"), Error(Front, new string('x', 10_000), null));
        Assert.Equal(
            ("ip", "ip: it is not an IP address; give IPv4 as four decimal numbers, such as 203.0.113.7, or IPv6"), Error(Front, null, "010.0.0.1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\n")]
    public void An_empty_account_or_address_is_treated_as_absent(string empty)
    {
        Assert.Equal(new Account(AccountKind.Ip, "203.0.113.7"), Read(Front, empty, "203.0.113.7").Account);
        Assert.Equal(new Account(AccountKind.Id, "c"), Read(Front, "c", empty).Account);
        Assert.Equal(
            ("account", "the policy 'tested' finds no account: account is empty; give account or ip"), Error(Front, empty, null));
        Assert.Equal(("ip", "the policy 'tested' finds no account: ip is empty; give account or ip"), Error(Front, null, empty));
        Assert.Equal(("account", "the policy 'tested' finds no account: account is empty; give account"), Error(OnlyId, empty, "203.0.113.7"));
        Assert.Equal(("ip", "the policy 'tested' finds no account: ip is empty; give ip"), Error(OnlyIp, "c", empty));
    }

    [Fact]
    public void A_policy_can_refuse_empty_values()
    {
        IdentityReader refusing = Reader(EmptyValues.Refuse, [Company, AccountSource.Ip], Plan, Mode, Region);

        Assert.Equal(("account", "account: it is empty; give 1 to 256 characters"), Error(refusing, "", "203.0.113.7"));
        Assert.Equal(
            ("ip", "ip: it is not an IP address; give IPv4 as four decimal numbers, such as 203.0.113.7, or IPv6"), Error(refusing, null, ""));
        Assert.Equal(("mode", "mode: it is empty; give 1 to 128 characters"), Error(refusing, "c", null, ""));
        Assert.Equal(
            ("attributes.region", "attributes.region: it is empty; give 1 to 128 characters"),
            Error(refusing, "c", null, null, new() { ["region"] = "" }));
        Assert.Equal(new Account(AccountKind.Ip, "203.0.113.7"), Read(refusing, null, "203.0.113.7").Account);
    }

    [Fact]
    public void Empty_values_of_attributes_are_treated_as_absent()
    {
        RequestIdentity nothing = Read(Front, "c", null);

        Assert.Equal(nothing, Read(Front, "c", null, "", new() { ["region"] = "", ["plan"] = " " }));
        Assert.Equal<string?[]?>([null, "test", null, null], Read(Front, "c", null, "test", new() { ["mode"] = "" }).Attributes);
        Assert.Equal<string?[]?>([null, "test", null, null], Read(Front, "c", null, "", new() { ["mode"] = "test" }).Attributes);
        Assert.Equal(new Account(AccountKind.Id, "c"), Read(OnlyId, "c", null, "").Account);
    }

    [Fact]
    public void A_comma_is_part_of_a_value_in_JSON()
    {
        Assert.Equal(new Account(AccountKind.Id, "a, b"), Read(Front, "a, b", null).Account);
        Assert.Equal<string?[]?>([null, null, "us, eu", null], Read(Front, "c", null, null, new() { ["region"] = "us, eu" }).Attributes);
    }

    [Fact]
    public void Attributes_are_read_in_the_order_of_the_policy()
    {
        RequestIdentity identity = Read(
            Front, "c", null, "TEST", new() { ["region"] = "us", ["plan"] = "Prime", ["channel"] = "kiosk" });

        Assert.Equal<string?[]?>(["prime", "test", "us", null], identity.Attributes);
        Assert.Equal(1, identity.UnknownValues);
    }

    [Fact]
    public void Defaults_and_nulls_are_absent() =>
        Assert.Equal(
            new RequestIdentity(new(AccountKind.Id, "c"), null, 0),
            Read(Front, "c", null, "live", new() { ["region"] = "eu", ["plan"] = null!, ["mode"] = null!, ["channel"] = "web" }));

    [Fact]
    public void The_mode_can_be_one_of_the_attributes() =>
        Assert.Equal<string?[]?>([null, "test", null, null], Read(Front, "c", null, null, new() { ["mode"] = "test" }).Attributes);

    [Fact]
    public void The_error_of_an_invalid_attribute_names_its_field()
    {
        Assert.Equal(
            ("attributes", "attributes: the policy 'tested' has no attribute 'Plan'; it has plan, mode, region, channel"),
            Error(Front, "c", null, null, new() { ["Plan"] = "prime", ["plan"] = "prime" }));
        Assert.Equal(
            ("attributes", "attributes: the policy 'tested' has no attribute of one of the names given; it has plan, mode, region, channel"),
            Error(Front, "c", null, null, new() { ["a\u0001"] = "prime" }));
        Assert.Equal(
            ("attributes", "attributes: the policy 'tested' has no attribute 'plan'; it has no attributes"),
            Error(OnlyId, "c", null, null, new() { ["plan"] = "prime" }));
        Assert.Equal(
            ("attributes.region", "attributes.region: it has 129 characters; give at most 128"),
            Error(Front, "c", null, null, new() { ["region"] = new string('x', 129) }));
        Assert.Equal(
            ("mode", "mode: it has the control character U+000A as character 2; leave control characters out"), Error(Front, "c", null, "a\n"));
        Assert.Equal(
            ("mode", "mode: it is given twice, as a field and in attributes; give it once"),
            Error(Front, "c", null, "live", new() { ["mode"] = "test" }));
        Assert.Equal(
            ("mode", "mode: the policy 'tested' has no modes; leave it out"), Error(OnlyId, "c", null, "live"));
    }

    [Fact]
    public void Known_values_allocate_nothing()
    {
        var attributes = new Dictionary<string, string> { ["plan"] = "prime" };
        Front.TryRead("c", "203.0.113.7", "test", attributes, out RequestIdentity first, out _, out _);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Front.TryRead("c", "203.0.113.7", "test", attributes, out RequestIdentity second, out _, out _);
        long after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Same(first.Attributes, second.Attributes);
        Assert.Equal(0, after - before);
    }

    private static RequestIdentity Read(
        IdentityReader reader, string? account, string? ip, string? mode = null, Dictionary<string, string>? attributes = null)
    {
        Assert.True(reader.TryRead(account, ip, mode, attributes, out RequestIdentity identity, out string? error, out _), error);
        return identity;
    }

    private static (string? Field, string? Error) Error(
        IdentityReader reader, string? account, string? ip, string? mode = null, Dictionary<string, string>? attributes = null)
    {
        Assert.False(reader.TryRead(account, ip, mode, attributes, out RequestIdentity identity, out string? error, out string? field));
        Assert.Equal(default, identity);
        return (field, error);
    }
}
