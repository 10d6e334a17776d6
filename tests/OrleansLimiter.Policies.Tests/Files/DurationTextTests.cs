namespace OrleansLimiter.Policies.Tests;

public class DurationTextTests
{
    [Theory]
    [InlineData("0ms", 0)]
    [InlineData("500ms", 5_000_000)]
    [InlineData("060s", 600_000_000)]
    [InlineData("1m", 600_000_000)]
    [InlineData("2h", 72_000_000_000)]
    [InlineData("366d", 316_224_000_000_000)]
    [InlineData("10675199d", 9_223_371_936_000_000_000)]
    [InlineData("10675200d", long.MaxValue)]
    [InlineData("99999999999999999999s", long.MaxValue)]
    public void A_number_and_a_unit_is_a_duration(string text, long ticks)
    {
        Assert.True(DurationText.TryParse(text, out TimeSpan duration));
        Assert.Equal(ticks, duration.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("60")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("+1s")]
    [InlineData("1.5s")]
    [InlineData("1 s")]
    [InlineData("1S")]
    [InlineData("1s ")]
    [InlineData("1sm")]
    [InlineData("\u0661s")]
    public void Any_other_text_is_not_a_duration(string text)
    {
        Assert.False(DurationText.TryParse(text, out _));
    }

    [Theory]
    [InlineData("1ms")]
    [InlineData("1500ms")]
    [InlineData("60s")]
    [InlineData("31622400s")]
    public void A_written_duration_is_read_again(string text)
    {
        Assert.True(DurationText.TryParse(text, out TimeSpan duration));
        Assert.Equal(text, DurationText.Format(duration));
    }
}
