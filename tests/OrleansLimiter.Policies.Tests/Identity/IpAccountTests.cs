using System.Net;
using FsCheck;
using FsCheck.Fluent;
using OrleansLimiter.Policies.Identity;

namespace OrleansLimiter.Policies.Tests.Identity;

public class IpAccountTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("203.0.113.7:5678", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("::FFFF:cb00:7107", "203.0.113.7")]
    [InlineData("[::ffff:203.0.113.7]:443", "203.0.113.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:0DB8:0001:0002::", "2001:db8:1:2::/64")]
    [InlineData("2001:db8::1", "2001:db8::/64")]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1::/64")]
    [InlineData("2001:0:0:1::1", "2001:0:0:1::/64")]
    [InlineData("0:0:0:1::", "0:0:0:1::/64")]
    [InlineData("2001:db00::1", "2001:db00::/64")]
    [InlineData("::", "::/64")]
    [InlineData("::1", "::/64")]
    [InlineData("::1.2.3.4", "::/64")]
    [InlineData("64:ff9b::203.0.113.7", "64:ff9b::/64")]
    [InlineData("fe80::1%eth0", "fe80::/64")]
    [InlineData("[fe80::1%25en-1]:80", "fe80::/64")]
    [InlineData("[2001:db8::1]", "2001:db8::/64")]
    [InlineData("[2001:db8::1]:443", "2001:db8::/64")]
    public void Address_has_one_account(string text, string expected)
    {
        Assert.True(IpAccount.TryParse(text, out Account account));
        Assert.Equal(new Account(AccountKind.Ip, expected), account);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("1")]
    [InlineData("16909060")]
    [InlineData("0x7f.1")]
    [InlineData("127.1")]
    [InlineData("010.0.0.1")]
    [InlineData("10.0.0.01")]
    [InlineData("10.0.0.256")]
    [InlineData("10.0.0.1000")]
    [InlineData("10.0.0.")]
    [InlineData("10.0.0.1.")]
    [InlineData("10.0.0.1.2")]
    [InlineData("10.0.0.-1")]
    [InlineData("10.0.0.+1")]
    [InlineData("10.0.0. 1")]
    [InlineData(" 10.0.0.1")]
    [InlineData("10.0.0.1 ")]
    [InlineData("10.0.0.１")]
    [InlineData("10.0.0.1:")]
    [InlineData("10.0.0.1:65536")]
    [InlineData("10.0.0.1:8x")]
    [InlineData("10.0.0.1:+80")]
    [InlineData("10.0.0.1/32")]
    [InlineData("[10.0.0.1]:80")]
    [InlineData("[2001:db8::1")]
    [InlineData("2001:db8::1]")]
    [InlineData("[2001:db8::1]443")]
    [InlineData("[2001:db8::1]:")]
    [InlineData("[2001:db8::1]:000443")]
    [InlineData("[]")]
    [InlineData("[[::1]]")]
    [InlineData("2001:db8::/64")]
    [InlineData("2001:db8::1::2")]
    [InlineData("2001:db8:::1")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("2001:db8::12345")]
    [InlineData("2001:db8::g")]
    [InlineData("::ffff:010.0.0.1")]
    [InlineData("::ffff:0x7f.0.0.1")]
    [InlineData("::1.2.3")]
    [InlineData("1.2.3.4::")]
    [InlineData("fe80::1%")]
    [InlineData("fe80::1%eth 0")]
    [InlineData("fe80::1%\r\n")]
    [InlineData(":")]
    [InlineData("unknown")]
    [InlineData("_hidden")]
    [InlineData("localhost")]
    public void Text_that_is_no_address_has_none(string text)
    {
        Assert.False(IpAccount.TryParse(text, out Account account));
        Assert.Equal(default, account);
    }

    [Fact]
    public void Endless_text_is_no_address()
    {
        Assert.False(IpAccount.TryParse(new string(':', 100_000), out _));
        Assert.False(IpAccount.TryParse(string.Concat(Enumerable.Repeat("1.", 100_000)), out _));
    }

    [Fact]
    public void Address_and_its_text_have_the_same_account() => Prop.ForAll(AnyAddress(), address =>
    {
        Assert.True(IpAccount.TryParse(address.ToString(), out Account account));
        Assert.Equal(IpAccount.From(address), account);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void IPv6_account_is_the_canonical_text_of_the_first_64_bits() => Prop.ForAll(AnyAddress(), address =>
    {
        byte[] bytes = address.MapToIPv6().GetAddressBytes();
        bytes.AsSpan(8).Clear();
        string expected = address.IsIPv4MappedToIPv6 || address.GetAddressBytes().Length == 4
            ? address.MapToIPv4().ToString()
            : $"{new IPAddress(bytes)}/64";

        Assert.Equal(new Account(AccountKind.Ip, expected), IpAccount.From(address));
    }).QuickCheckThrowOnFailure();

    // Many zeros: runs of them are what canonical text is about.
    private static Arbitrary<IPAddress> AnyAddress() => (
        from bytes in Gen.Frequency((2, Gen.Constant((byte)0)), (1, Gen.Choose(0, 255).Select(value => (byte)value))).ArrayOf(16)
        from kind in Gen.Elements(4, 16, 16, 96)
        select kind switch
        {
            4 => new IPAddress(bytes[..4]),
            16 => new IPAddress(bytes),
            _ => new IPAddress(bytes[..4]).MapToIPv6(),
        }).ToArbitrary();
}
