using System.Text;

namespace OrleansLimiter.Policies.Tests;

public class PathCaseTests
{
    [Fact]
    public void All_cases_of_a_letter_outside_ASCII_are_folded_to_one()
    {
        for (int value = 0x80; value <= 0x1FFFF; value++)
        {
            if (!Rune.TryCreate(value, out Rune rune))
            {
                continue;
            }

            Rune folded = PathCase.Fold(rune);
            Assert.Equal(folded, PathCase.Fold(folded));
            Assert.Equal(folded, PathCase.Fold(Rune.ToUpperInvariant(rune)));
            Assert.Equal(folded, PathCase.Fold(Rune.ToLowerInvariant(rune)));
            Assert.Equal(rune.Utf16SequenceLength, folded.Utf16SequenceLength);
        }
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("/Exports", "/exports")]
    [InlineData("/%C3%A9A%2FB%25C", "/%C3%A9a%2Fb%25c")]
    [InlineData("%2F", "%2F")]
    public void Folding_leaves_escapes_in_upper_case(string normal, string expected)
    {
        char[] folded = new char[normal.Length];

        PathCase.Fold(normal, folded);

        Assert.Equal(expected, new string(folded));
    }
}
