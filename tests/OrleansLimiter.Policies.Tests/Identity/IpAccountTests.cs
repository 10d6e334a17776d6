using System.Net;
using System.Net.Sockets;
using FsCheck;
using FsCheck.Fluent;

namespace OrleansLimiter.Policies.Tests;

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
    [InlineData("2a00:0:0:1::1", "2a00:0:0:1::/64")]
    [InlineData("0:0:0:1::", "0:0:0:1::/64")]
    [InlineData("2001:db00::1", "2001:db00::/64")]
    [InlineData("::", "::/64")]
    [InlineData("::1", "::/64")]
    [InlineData("::1.2.3.4", "::/64")]
    [InlineData("64:ff9b::203.0.113.7", "203.0.113.7")] // NAT64
    [InlineData("64:ff9b::cb00:7108", "203.0.113.8")]
    [InlineData("[64:FF9B::203.0.113.7]:443", "203.0.113.7")]
    [InlineData("64:ff9b:0:0:0:1:cb00:7107", "64:ff9b::/64")] // beyond the /96
    [InlineData("64:ff9b::1:0:0:0", "64:ff9b::/64")]
    [InlineData("64:ff9b:1::203.0.113.7", "64:ff9b:1::cb00:7107")] // NAT64 of the operator's own
    [InlineData("64:ff9b:1:cb00:71:700::", "64:ff9b:1:cb00:71:700::")]
    [InlineData("64:ff9b:2::1", "64:ff9b:2::/64")]
    [InlineData("2002:cb00:7107::1", "203.0.113.7")] // 6to4
    [InlineData("2002:cb00:7107:ffff:1:2:3:4", "203.0.113.7")]
    [InlineData("2003:cb00:7107::1", "2003:cb00:7107::/64")]
    [InlineData("2001:0:4136:e378:8000:63bf:34ff:8ef8", "203.0.113.7")] // Teredo
    [InlineData("2001::34ff:8ef8", "203.0.113.7")]
    [InlineData("2001:1::34ff:8ef8", "2001:1::/64")]
    [InlineData("::ffff:0:203.0.113.7", "203.0.113.7")] // IPv4-translated
    [InlineData("::fffe:0:203.0.113.7", "::/64")]
    [InlineData("::ffff:1:203.0.113.7", "::/64")]
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
    public void Text_that_is_not_an_address_has_no_account(string text)
    {
        Assert.False(IpAccount.TryParse(text, out Account account));
        Assert.Equal(default, account);
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("2001:db8::/64", "2001:db8::/64", true)]
    [InlineData("2001:DB8::5/64", "2001:db8::/64", true)]
    [InlineData("2001:db8::5", "2001:db8::/64", true)]
    [InlineData("64:ff9b::203.0.113.7", "203.0.113.7", true)]
    [InlineData("64:ff9b::/64", "64:ff9b::/64", false)]
    [InlineData("64:ff9b:1::1", "64:ff9b:1::1", true)]
    [InlineData("64:ff9b:1::/64", "64:ff9b:1::/64", false)]
    [InlineData("2002:cb00:7107:5::/64", "2002:cb00:7107:5::/64", false)]
    [InlineData("2001:0:4136:e378::/64", "2001:0:4136:e378::/64", false)]
    [InlineData("::/64", "::/64", true)]
    public void A_name_is_an_address_or_a_network_that_callers_can_have_or_not(string name, string expected, bool occurs)
    {
        Assert.True(IpAccount.TryParseName(name, out Account account));
        Assert.Equal(new Account(AccountKind.Ip, expected), account);
        Assert.Equal(occurs, IpAccount.Occurs(account));
    }

    [Theory]
    [InlineData("203.0.113.7/64")]
    [InlineData("::ffff:203.0.113.7/64")]
    [InlineData("[2001:db8::]/64")]
    [InlineData("2001:db8::/48")]
    [InlineData("/64")]
    [InlineData("")]
    public void A_name_that_is_neither_has_no_account(string name) => Assert.False(IpAccount.TryParseName(name, out _));

    [Fact]
    public void Name_of_every_address_s_account_names_that_account() => Prop.ForAll(AnyAddress(), address =>
    {
        Account account = IpAccount.From(address);

        Assert.True(IpAccount.TryParseName(account.Name, out Account named));
        Assert.Equal(account, named);
        Assert.True(IpAccount.Occurs(account));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Very_long_text_is_not_an_address()
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
        if (address.AddressFamily == AddressFamily.InterNetwork || Kinds.Any(kind => bytes.AsSpan().StartsWith(kind)))
        {
            return;
        }

        bytes.AsSpan(8).Clear();
        Assert.Equal(new Account(AccountKind.Ip, $"{new IPAddress(bytes)}/64"), IpAccount.From(address));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_IPv4_address_has_one_account_in_every_IPv6_form() => Prop.ForAll(AnyBytes(), bytes =>
    {
        byte[] ipv4 = bytes[..4];
        byte[] inverted = [.. ipv4.Select(value => (byte)~value)];
        byte[][] addresses =
        [
            ipv4,
            [.. Mapped, .. ipv4],
            [.. Nat64, .. ipv4],
            [.. Translated, .. ipv4],
            [.. SixToFour, .. ipv4, .. bytes[6..]],
            [.. Teredo, .. bytes[4..12], .. inverted],
        ];

        Account expected = new(AccountKind.Ip, new IPAddress(ipv4).ToString());
        Assert.All(addresses, address => Assert.Equal(expected, IpAccount.From(new IPAddress(address))));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_address_of_a_local_NAT64_has_a_separate_account() => Prop.ForAll(AnyBytes(), bytes =>
    {
        IPAddress address = new([.. LocalNat64, .. bytes[6..]]);

        Assert.Equal(new Account(AccountKind.Ip, address.ToString()), IpAccount.From(address));
    }).QuickCheckThrowOnFailure();

    private static readonly byte[] Mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];
    private static readonly byte[] Nat64 = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] LocalNat64 = [0, 0x64, 0xFF, 0x9B, 0, 1];
    private static readonly byte[] Translated = [0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0];
    private static readonly byte[] SixToFour = [0x20, 0x02];
    private static readonly byte[] Teredo = [0x20, 0x01, 0, 0];
    private static readonly byte[][] Kinds = [Mapped, Nat64, LocalNat64, Translated, SixToFour, Teredo];

    // Many zeros, because canonical text shortens runs of zeros.
    private static Arbitrary<byte[]> AnyBytes() =>
        Gen.Frequency((2, Gen.Constant((byte)0)), (1, Gen.Choose(0, 255).Select(value => (byte)value))).ArrayOf(16).ToArbitrary();

    private static Arbitrary<IPAddress> AnyAddress() => (
        from bytes in AnyBytes().Generator
        from prefix in Gen.Frequency((1, Gen.Elements(Kinds)), (2, Gen.Constant(Array.Empty<byte>())))
        from length in Gen.Elements(4, 16, 16)
        select new IPAddress(length == 4 ? bytes[..4] : [.. prefix, .. bytes[prefix.Length..]])).ToArbitrary();
}
