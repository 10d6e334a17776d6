namespace OrleansLimiter.Core.Tests;

public class BucketNameTests
{
    [Fact]
    public void The_text_is_the_limit_and_the_values_of_its_key()
    {
        BucketName name = BucketName.Of("tier-1").With("operation", "read").With("plan", "a/b=c d%");

        Assert.Equal("tier-1/operation=read/plan=a%2Fb%3Dc%20d%25", name.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b=c d%")]
    [InlineData("\u00e9\u4e2d")]
    public void A_written_value_is_read_again(string value)
    {
        BucketName name = BucketName.Parse(BucketName.Of("tier-1").With("plan", value).With("mode", "live").ToString());

        Assert.Equal("tier-1", name.Limit);
        Assert.Equal([new("plan", value), new("mode", "live")], name.Values.ToArray());
    }

    [Fact]
    public void A_limit_without_a_key_has_no_values()
    {
        Assert.Empty(BucketName.Parse("tier-1").Values);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("a/", "a")]
    [InlineData("a/b", "a")]
    [InlineData("a/b=%/b=%zz", "a")]
    public void A_name_written_by_another_version_causes_no_exception(string text, string limit)
    {
        BucketName name = BucketName.Parse(text);

        Assert.Equal((limit, text), (name.Limit, name.ToString()));
        Assert.Equal(text.Count(each => each == '/'), name.Values.Length);
    }
}
