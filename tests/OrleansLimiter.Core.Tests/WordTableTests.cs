namespace OrleansLimiter.Core.Tests;

public class WordTableTests
{
    [Fact]
    public void A_word_is_read_as_the_value_that_it_is_written_for()
    {
        var words = new WordTable<Verdict>(("allowed", Verdict.Allowed), ("wait", Verdict.Wait), ("never", Verdict.Never));

        Assert.Equal(["allowed", "wait", "never"], words.Words.ToArray());
        Assert.All(words.Words, word => Assert.True(words.TryGet(word, out Verdict value) && words[value] == word));
    }

    [Theory]
    [InlineData("Allowed")]
    [InlineData("")]
    [InlineData(null)]
    public void An_unknown_word_is_not_found(string? word)
    {
        Assert.False(new WordTable<bool>(("allowed", true), ("refused", false)).TryGet(word, out _));
    }

    [Fact]
    public void A_value_without_a_word_throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => AccountKinds.Words[default]);
    }

    [Fact]
    public void A_table_without_a_word_for_a_value_of_the_enum_cannot_be_created()
    {
        var error = Assert.Throws<ArgumentException>(() => new WordTable<Verdict>(("allowed", Verdict.Allowed), ("wait", Verdict.Wait)));

        Assert.StartsWith("each value of Verdict needs one word: found (allowed, Allowed), (wait, Wait)", error.Message);
    }

    [Fact]
    public void A_table_with_a_word_or_a_value_twice_cannot_be_created()
    {
        Assert.Throws<ArgumentException>(() => new WordTable<bool>(("yes", true), ("yes", false)));
        Assert.Throws<ArgumentException>(() => new WordTable<bool>(("yes", true), ("true", true)));
    }
}
