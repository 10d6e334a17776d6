using System.Globalization;
using System.Text;

namespace OrleansLimiter.Policies.Tests;

public class DisplayTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain ~ text", "plain ~ text")]
    [InlineData("Ä é 日本 \U0001F600", "Ä é 日本 \U0001F600")]
    [InlineData("a\nb\r\tc", @"a\u000ab\u000d\u0009c")]
    [InlineData("\e[31mred", @"\u001b[31mred")]
    [InlineData("\u009b31m", @"\u009b31m")] // C1: the one-byte form of ESC [
    [InlineData("\u007f\0", @"\u007f\u0000")]
    [InlineData("pay\u202egnp.exe", @"pay\u202egnp.exe")]
    [InlineData("\u2066a\u2069\u200f", @"\u2066a\u2069\u200f")]
    [InlineData("a\u200bb\u00adc\ufeff", @"a\u200bb\u00adc\ufeff")]
    [InlineData("a\u2028b\u2029", @"a\u2028b\u2029")]
    [InlineData("\U000E0041", @"\udb40\udc41")] // a tag, which no font shows
    public void Unsafe_characters_are_escaped_and_all_others_stay(string text, string escaped)
    {
        Assert.Equal(escaped, DisplayText.Escape(text));
        Assert.Equal("'" + escaped, DisplayText.Append(new("'"), text).ToString());
    }

    [Fact]
    public void Unpaired_surrogates_are_escaped()
    {
        Assert.Equal(@"a\ud83d", DisplayText.Escape("a\ud83d"));
        Assert.Equal(@"\ude00b\ud83d c", DisplayText.Escape("\ude00b\ud83d c"));
    }

    [Fact]
    public void A_text_without_unsafe_characters_is_returned_as_it_is()
    {
        string text = new('ä', 100);
        Assert.Same(text, DisplayText.Escape(text));
    }

    [Fact]
    public void Every_character_that_controls_the_display_is_escaped()
    {
        for (int code = 0; code <= 0x10FFFF; code++)
        {
            if (!Rune.IsValid(code))
            {
                continue;
            }

            string text = new Rune(code).ToString();
            bool isUnsafe = CharUnicodeInfo.GetUnicodeCategory(code)
                is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            Assert.Equal(isUnsafe, DisplayText.Escape(text) != text);
        }
    }
}
