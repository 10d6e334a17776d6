using OrleansLimiter.Hosting;

namespace OrleansLimiter.Cli.Tests;

public sealed class OutputTests
{
    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(1, "1 ms")]
    [InlineData(999, "999 ms")]
    [InlineData(1_000, "1 s")]
    [InlineData(1_401, "1.5 s")]
    [InlineData(59_999, "60 s")]
    [InlineData(60_000, "1 min")]
    [InlineData(60_001, "1 min 1 s")]
    [InlineData(3_599_001, "1 h")]
    [InlineData(5_400_000, "1 h 30 min")]
    [InlineData(86_400_000, "1 d")]
    [InlineData(31_622_400_000, "366 d")]
    public void A_duration_is_shown_in_at_most_two_units_and_rounded_up(long milliseconds, string text) =>
        Assert.Equal(text, HumanDuration.Format(milliseconds));

    [Theory]
    [InlineData(0, 100, 0)]
    [InlineData(1, 100, 1)]
    [InlineData(50, 100, 10)]
    [InlineData(99, 100, 19)]
    [InlineData(100, 100, 20)]
    [InlineData(1_000_000_000, 1_000_000_000, 20)]
    [InlineData(0, 0, 0)]
    public void A_bar_is_full_only_at_the_whole_and_empty_only_at_zero(int part, int whole, int full) =>
        Assert.Equal(new string('#', full) + new string('.', 20 - full), Bar.Of(part, whole, isTerminal: false));

    [Fact]
    public void Plain_text_has_no_escape_codes_and_is_never_wrapped()
    {
        var writer = new StringWriter();
        string word = string.Join(' ', Enumerable.Repeat("word", 200));

        new Screen(writer, isTerminal: false, colors: true).Line($"[red]{word}[/]");

        Assert.Equal(word + "\n", writer.ToString());
    }

    [Fact]
    public void Control_sequences_in_text_are_shown_and_not_executed()
    {
        var writer = new StringWriter();

        new Screen(writer, isTerminal: true, colors: false).Line($"[red]{"[bold]\e[2J\u0007"}[/]");

        Assert.Equal("[bold]\\u001b[2J\\u0007\n", writer.ToString());
    }
}
