namespace OrleansLimiter.Policies.Tests;

public class AccountNamesTests
{
    [Theory]
    [InlineData("m_42", null)]
    [InlineData("Müller & Söhne / 東京", null)]
    [InlineData("a:b/c%2F|{d}", null)]
    [InlineData("😀", null)]
    [InlineData("", "it is empty; give 1 to 256 characters")]
    [InlineData(" ", "it begins or ends with white space; leave that out")]
    [InlineData(" m_42", "it begins or ends with white space; leave that out")]
    [InlineData("m_42\u00A0", "it begins or ends with white space; leave that out")]
    [InlineData("m\r\nSet-Cookie: x", "it has the control character U+000D as character 2; leave control characters out")]
    [InlineData("m\0", "it has the control character U+0000 as character 2; leave control characters out")]
    [InlineData("\t", "it has the control character U+0009 as character 1; leave control characters out")]
    [InlineData("m\u007F", "it has the control character U+007F as character 2; leave control characters out")]
    [InlineData("m\u0085x", "it has the control character U+0085 as character 2; leave control characters out")]
    public void Name_is_checked(string name, string? expected) => Assert.Equal(expected, AccountNames.Validate(name));

    // Not in the table: the test runner does not support such text.
    [Fact]
    public void Half_a_surrogate_pair_is_an_error()
    {
        foreach (string name in (string[])["ab\uD83D", "ab\uDE00c", "ab\uD83D\uD83D", "ab\uDE00\uD83D"])
        {
            Assert.Equal("it has an unpaired surrogate as character 3; give valid Unicode text", AccountNames.Validate(name));
        }
    }

    [Fact]
    public void Name_has_at_most_256_characters()
    {
        Assert.Null(AccountNames.Validate(new string('x', 256)));
        Assert.Equal("it has 257 characters; give at most 256", AccountNames.Validate(new string('x', 257)));
        Assert.Equal("it has 10000 characters; give at most 256", AccountNames.Validate(new string('\0', 10_000)));
    }

    [Fact]
    public void Value_of_an_attribute_has_1_to_128_characters()
    {
        Assert.Equal("it is empty; give 1 to 128 characters", AttributeValues.Validate(""));
        Assert.Null(AttributeValues.Validate(new string('x', 128)));
        Assert.Equal("it has 129 characters; give at most 128", AttributeValues.Validate(new string('x', 129)));
        Assert.Equal("it has the control character U+000A as character 2; leave control characters out", AttributeValues.Validate("a\nb"));
    }
}
