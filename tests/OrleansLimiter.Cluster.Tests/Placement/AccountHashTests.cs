using FsCheck;
using FsCheck.Fluent;
using Orleans.Runtime;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>
/// The values are a contract between versions: silos and front-ends of different versions must compute the same silo for an
/// account. Do not change an expected value; a hash with other values needs a way for both versions to agree on one.
/// </summary>
public class AccountHashTests
{
    private static readonly Gen<string> s_name =
        Gen.Elements("", "a", "|", "%", ":", "é", "漢", "\uD83D", "\uDE00", "\uD83D\uDE00", new string('x', 300))
            .ListOf().Select(string.Concat);

    [Theory]
    [InlineData(AccountKind.Id, "m_42", 12797623014258515943)]
    [InlineData(AccountKind.Id, "", 7658092345377854608)]
    [InlineData(AccountKind.Id, "acme|é 漢", 4961924503202787283)]
    [InlineData(AccountKind.Ip, "203.0.113.7", 2808434407706104210)]
    [InlineData(AccountKind.Ip, "2001:db8:0:42::/64", 7976285966489969514)]
    public void The_hash_of_an_account_is_the_same_in_every_version(AccountKind kind, string name, ulong expected) =>
        Assert.Equal(expected, AccountHash.Of(new Account(kind, name)));

    [Theory]
    [InlineData("10.0.0.1:11111@1", 1917821601708614932)]
    [InlineData("10.0.0.1:11112@1", 17287835152273272288)]
    [InlineData("[2001:db8::1]:11111@1", 16477461456019142633)]
    public void The_hash_of_a_silo_is_the_same_in_every_version(string silo, ulong expected) =>
        Assert.Equal(expected, AccountHash.Of(SiloAddress.FromParsableString(silo)));

    [Fact]
    public void A_silo_keeps_its_hash_when_it_restarts() => Assert.Equal(
        AccountHash.Of(SiloAddress.FromParsableString("10.0.0.1:11111@1")),
        AccountHash.Of(SiloAddress.FromParsableString("10.0.0.1:11111@2")));

    [Fact]
    public void The_key_of_a_grain_has_the_hash_of_its_account_whatever_its_name() => Check.QuickThrowOnFailure(Prop.ForAll(
        s_name.ToArbitrary(),
        name =>
        {
            GroupKey key = GroupKey.ForEndpoint("p", new(AccountKind.Id, name), "/v1/things", "live");
            return AccountHash.OfGrain(IdSpan.Create(GroupGrainKey.Of(key))) == AccountHash.Of(key.Account);
        }));

    [Fact]
    public void A_key_without_a_delimiter_is_hashed_as_a_whole() =>
        Assert.Equal(AccountHash.Of(new Account(AccountKind.Id, "m_42")), AccountHash.OfGrain(IdSpan.Create("id:m_42")));
}
