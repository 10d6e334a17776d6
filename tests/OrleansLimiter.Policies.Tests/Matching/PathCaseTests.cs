using System.Text;
using OrleansLimiter.Policies.Matching;

namespace OrleansLimiter.Policies.Tests.Matching;

public class PathCaseTests
{
    [Fact]
    public void Folding_is_one_for_all_cases_of_every_letter_and_leaves_normal_form()
    {
        for (int value = 0x80; value <= 0x1FFFF; value++)
        {
            if (!Rune.TryCreate(value, out Rune rune) || Rune.ToUpperInvariant(rune) == Rune.ToLowerInvariant(rune))
            {
                continue;
            }

            string folded = Fold(rune);
            Assert.Equal(folded, PathCase.Fold(folded));
            Assert.Equal(folded, Fold(Rune.ToUpperInvariant(rune)));
            Assert.Equal(folded, Fold(Rune.ToLowerInvariant(rune)));
            Assert.Equal("/" + folded, SlowPath.Normal("/" + folded));
        }
    }

    private static string Fold(Rune rune) => PathCase.Fold(SlowPath.Normal("/" + rune).AsSpan(1));
}
