using FsCheck;
using FsCheck.Fluent;

namespace OrleansLimiter.Cluster.Tests;

public class GroupGrainKeyTests
{
    // Parts that could make two names equal: delimiters, escapes, halves of surrogate pairs.
    private static readonly string[] s_pieces =
        ["", "a", "|", "||", "%", "%007C", "%7C", "id:", "ip:", ":", "/", "\uD83D", "\uDE00", "\uD83D\uDE00", "é", "\uFFFD", " "];

    private static readonly Gen<string> s_text =
        Gen.Elements(s_pieces).ListOf().Select(pieces => string.Concat(pieces.Take(4)));

    private static readonly Gen<GroupKey> s_key =
        from kind in Gen.Elements(AccountKind.Id, AccountKind.Ip)
        from account in s_text
        from policy in s_text
        from endpoint in s_text
        from qualifier in s_text
        select new GroupKey(Scope.Endpoint, policy, new(kind, account), endpoint, qualifier);

    [Fact]
    public void A_key_is_readable_text() =>
        Assert.Equal(
            "id:m_42|frame-v1|/v1/charge_intents|live",
            GroupGrainKey.Of(GroupKey.ForEndpoint("frame-v1", new(AccountKind.Id, "m_42"), "/v1/charge_intents", "live")));

    [Fact]
    public void A_key_is_read_back_as_the_same_group() => Check.QuickThrowOnFailure(Prop.ForAll(
        s_key.ToArbitrary(), key => GroupGrainKey.Parse(Scope.Endpoint, GroupGrainKey.Of(key)) == key));

    [Fact]
    public void Two_groups_with_any_names_never_share_a_key() => Check.QuickThrowOnFailure(Prop.ForAll(
        s_key.ToArbitrary(), s_key.ToArbitrary(), (one, other) => (one == other) == (GroupGrainKey.Of(one) == GroupGrainKey.Of(other))));

    [Fact]
    public void A_key_is_valid_UTF_8_so_that_no_two_become_equal_on_the_wire() => Check.QuickThrowOnFailure(Prop.ForAll(
        s_key.ToArbitrary(), key => new System.Text.UTF8Encoding(false, true).GetByteCount(GroupGrainKey.Of(key)) > 0));

    [Fact]
    public void Only_keys_of_an_account_begin_with_its_prefix() => Check.QuickThrowOnFailure(Prop.ForAll(
        s_key.ToArbitrary(),
        s_key.ToArbitrary(),
        (one, other) => (one.Account == other.Account)
            == GroupGrainKey.Of(one).StartsWith(GroupGrainKey.Prefix(other.Account), StringComparison.Ordinal)));

    [Theory]
    [InlineData("")]
    [InlineData("m_42")]
    [InlineData("id:m_42|p|e")]
    [InlineData("id:m_42|p|e|q|x")]
    [InlineData("no:m_42|p|e|q")]
    [InlineData("id:m%4|p|e|q")]
    [InlineData("id:m%zzzz|p|e|q")]
    public void Text_that_is_not_a_key_is_refused(string text) =>
        Assert.Throws<FormatException>(() => GroupGrainKey.Parse(Scope.Account, text));
}
