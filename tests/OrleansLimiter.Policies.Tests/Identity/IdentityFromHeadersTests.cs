using System.Net;
using static OrleansLimiter.Policies.Tests.TestIdentity;

namespace OrleansLimiter.Policies.Tests;

public class IdentityFromHeadersTests
{
    private static readonly AccountSource Company = AccountSource.Header("X-Company-Id");
    private static readonly AccountSource User = AccountSource.Header("X-User-Id");
    private static readonly IPAddress Address = IPAddress.Parse("203.0.113.7");

    private static readonly IdentityReader Front = Reader([Company, AccountSource.Ip], Plan, Mode, Region, Channel);

    [Fact]
    public void Every_kind_of_source_without_a_value_is_an_error()
    {
        Assert.All(Enum.GetValues<AccountSourceKind>(), kind => Assert.StartsWith(
            "the policy 'tested' finds no account: the ", ErrorAndHeader(Reader([new(kind, "x")]), null, []).Error, StringComparison.Ordinal));
    }

    [Fact]
    public void Account_is_the_first_source_that_is_present()
    {
        IdentityReader reader = Reader([Company, User, AccountSource.Ip]);

        Assert.Equal(new Account(AccountKind.Id, "c"), Read(reader, ("X-User-Id", "u"), ("X-Company-Id", "c")).Account);
        Assert.Equal(new Account(AccountKind.Id, "u"), Read(reader, ("x-user-id", "u")).Account);
        Assert.Equal(new Account(AccountKind.Ip, "203.0.113.7"), Read(reader).Account);
    }

    [Theory]
    [InlineData(" c", "the header X-Company-Id: it begins or ends with white space; leave that out")]
    [InlineData("c\nd", "the header X-Company-Id: it has the control character U+000A as character 2; leave control characters out")]
    [InlineData("a,b", "the header X-Company-Id: it has a comma, which can be the result of combined headers; send one value without a comma")]
    [InlineData("a, b", "the header X-Company-Id: it has a comma, which can be the result of combined headers; send one value without a comma")]
    [InlineData(", a", "the header X-Company-Id: it has a comma, which can be the result of combined headers; send one value without a comma")]
    [InlineData(",", "the header X-Company-Id: it has a comma, which can be the result of combined headers; send one value without a comma")]
    [InlineData(NotUtf8, "the header X-Company-Id: it has bytes that are not UTF-8; send UTF-8")]
    [InlineData(null, "the header X-Company-Id: it occurs more than once; send it once")]
    public void An_invalid_account_is_never_ignored(string? value, string expected) =>
        Assert.Equal((expected, "X-Company-Id"), ErrorAndHeader(Front, Address, ("X-Company-Id", value)));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\t")]
    [InlineData("\u00A0")]
    [InlineData("\u3000")]
    public void An_empty_account_header_is_treated_as_absent(string empty)
    {
        IdentityReader reader = Reader([Company, User, AccountSource.Ip]);

        Assert.Equal(new Account(AccountKind.Id, "u"), Read(reader, ("X-Company-Id", empty), ("X-User-Id", "u")).Account);
        Assert.Equal(new Account(AccountKind.Ip, "203.0.113.7"), Read(reader, ("X-Company-Id", empty), ("X-User-Id", empty)).Account);
        Assert.Equal(
            ("the policy 'tested' finds no account: the header X-Company-Id is empty", "X-Company-Id"),
            ErrorAndHeader(Reader([Company]), Address, ("X-Company-Id", empty)));
        Assert.Equal(
            ("the policy 'tested' finds no account: the header X-Company-Id is empty, and the header X-User-Id is missing", null),
            ErrorAndHeader(Reader([Company, User]), Address, ("X-Company-Id", empty)));
    }

    [Theory]
    [InlineData("", "it is empty; give 1 to 256 characters")]
    [InlineData(" ", "it begins or ends with white space; leave that out")]
    public void A_policy_can_refuse_an_empty_account_header(string empty, string expected)
    {
        IdentityReader reader = Reader(EmptyValues.Refuse, [Company, AccountSource.Ip]);

        Assert.Equal(($"the header X-Company-Id: {expected}", "X-Company-Id"), ErrorAndHeader(reader, Address, ("X-Company-Id", empty)));
        Assert.Equal(new Account(AccountKind.Ip, "203.0.113.7"), Read(reader).Account);
    }

    [Fact]
    public void The_error_of_a_request_without_account_names_the_missing_headers()
    {
        Assert.Equal(
            "the policy 'tested' finds no account: the header X-Company-Id is missing, and the header X-User-Id is missing",
            Error(Reader([Company, User]), Address));
        Assert.Equal(
            "the policy 'tested' finds no account: the header X-Company-Id is missing, and the caller's address is not known",
            Error(Front, null));
    }

    [Fact]
    public void A_request_without_attributes_has_the_defaults() =>
        Assert.Equal(new RequestIdentity(new(AccountKind.Id, "c"), null, 0), Read(Front, ("X-Company-Id", "c")));

    [Fact]
    public void A_default_that_is_sent_equals_an_absent_value() => Assert.Equal(
        new RequestIdentity(new(AccountKind.Id, "c"), null, 0),
        Read(Front, ("X-Company-Id", "c"), ("X-Plan", "starter"), ("X-Mode", "LIVE"), ("X-Region", "eu")));

    [Fact]
    public void Values_are_in_the_order_of_the_policy()
    {
        RequestIdentity identity = Read(Front, ("X-Region", "us"), ("X-Mode", "test"), ("X-Plan", "prime"));

        Assert.Equal<string?[]?>(["prime", "test", "us", null], identity.Attributes);
        Assert.Equal(0, identity.UnknownValues);
    }

    [Fact]
    public void A_known_value_in_any_case_is_the_string_instance_of_the_policy()
    {
        RequestIdentity identity = Read(Front, ("X-Plan", "ENTERPRISE"));

        Assert.Same(Plan.OneOf[2], identity.Attributes![0]);
    }

    [Fact]
    public void An_exact_match_takes_precedence_over_another_case()
    {
        IdentityReader reader = Reader([AccountSource.Ip], new AttributeDefinition("tier", "X-Tier", ["none", "Gold", "gold"], "none"));

        Assert.Equal<string?[]?>(["gold"], Read(reader, ("X-Tier", "gold")).Attributes);
        Assert.Equal<string?[]?>(["Gold"], Read(reader, ("X-Tier", "GOLD")).Attributes);
    }

    [Fact]
    public void An_unknown_value_counts_as_the_default_and_is_reported()
    {
        RequestIdentity identity = Read(Front, ("X-Plan", "platinum"), ("X-Mode", "stage"), ("X-Region", "mars"));

        Assert.Equal<string?[]?>([null, null, "mars", null], identity.Attributes);
        Assert.Equal(2, identity.UnknownValues);
    }

    [Theory]
    [InlineData("X-Plan", "a\u0001", "the header X-Plan: it has the control character U+0001 as character 2; leave control characters out")]
    [InlineData("X-Region", "a\u0001", "the header X-Region: it has the control character U+0001 as character 2; leave control characters out")]
    [InlineData("X-Region", "us ", "the header X-Region: it begins or ends with white space; leave that out")]
    [InlineData("X-Region", "us, eu", "the header X-Region: it has a comma, which can be the result of combined headers; send one value without a comma")]
    [InlineData("X-Plan", "starter,prime", "the header X-Plan: it has a comma, which can be the result of combined headers; send one value without a comma")]
    [InlineData("X-Plan", NotUtf8, "the header X-Plan: it has bytes that are not UTF-8; send UTF-8")]
    [InlineData("X-Mode", null, "the header X-Mode: it occurs more than once; send it once")]
    public void An_invalid_value_is_an_error(string header, string? value, string expected) =>
        Assert.Equal((expected, header), ErrorAndHeader(Front, Address, (header, value)));

    [Fact]
    public void A_comma_is_part_of_a_value_of_the_policy_and_of_standard_fields_with_commas()
    {
        AttributeDefinition size = new("size", "X-Size", ["none", "a, b"], "none");
        AttributeDefinition agent = new("agent", "User-Agent", ["acme/1"], "acme/1");
        AttributeDefinition language = new("language", "accept-language", [], "en");
        IdentityReader reader = Reader([AccountSource.Ip], size, agent, language);

        RequestIdentity identity = Read(
            reader, ("X-Size", "A, B"), ("User-Agent", "Mozilla/5.0 (KHTML, like Gecko)"), ("Accept-Language", "de, en;q=0.5"));

        Assert.Equal<string?[]?>(["a, b", null, "de, en;q=0.5"], identity.Attributes);
        Assert.Equal(1, identity.UnknownValues);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void An_empty_value_of_an_attribute_is_treated_as_absent_unless_the_policy_refuses_it(string empty)
    {
        IdentityReader refusing = Reader(EmptyValues.Refuse, [AccountSource.Ip], Plan, Region);

        foreach (string header in (string[])["X-Plan", "X-Region"])
        {
            Assert.Equal(Read(Front), Read(Front, (header, empty)));
            Assert.Equal(
                ($"the header {header}: {(empty == "" ? "it is empty; give 1 to 128 characters" : "it begins or ends with white space; leave that out")}", header),
                ErrorAndHeader(refusing, Address, (header, empty)));
        }
    }

    [Fact]
    public void An_attribute_without_a_header_is_not_read_from_headers() => Assert.Null(Read(Front, ("channel", "app")).Attributes);

    [Fact]
    public void Known_values_allocate_nothing()
    {
        var headers = new Headers(("X-Company-Id", "c"), ("X-Plan", "prime"), ("X-Mode", "test"));
        Front.TryRead(headers, Address, out RequestIdentity first, out _, out _);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Front.TryRead(headers, Address, out RequestIdentity second, out _, out _);
        long after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Same(first.Attributes, second.Attributes);
        Assert.Equal(0, after - before);
    }

    [Fact]
    public void Every_combination_of_known_values_is_different()
    {
        IdentityReader large = Reader([AccountSource.Ip], Plan, Mode, new("size", "X-Size", [.. Enumerable.Range(0, 1_000).Select(i => $"s{i}")], "s0"));
        foreach (IdentityReader reader in (IdentityReader[])[Front, large])
        {
            foreach (string plan in Plan.OneOf)
            {
                foreach (string mode in Mode.OneOf)
                {
                    string?[]? values = Read(reader, ("X-Plan", plan), ("X-Mode", mode), ("X-Size", "s9"), ("X-Region", "us")).Attributes;
                    Assert.Equal(plan, values![0] ?? "starter");
                    Assert.Equal(mode, values[1] ?? "live");
                    Assert.Equal(reader == large ? "s9" : "us", values[2]);
                }
            }
        }
    }

    private static RequestIdentity Read(IdentityReader reader, params (string, string?)[] headers)
    {
        Assert.True(reader.TryRead(new Headers(headers), Address, out RequestIdentity identity, out string? error, out _), error);
        return identity;
    }

    private static string? Error(IdentityReader reader, IPAddress? ip, params (string, string?)[] headers) =>
        ErrorAndHeader(reader, ip, headers).Error;

    private static (string? Error, string? Header) ErrorAndHeader(IdentityReader reader, IPAddress? ip, params (string, string?)[] headers)
    {
        Assert.False(reader.TryRead(new Headers(headers), ip, out RequestIdentity identity, out string? error, out string? header));
        Assert.Equal(default, identity);
        return (error, header);
    }
}
