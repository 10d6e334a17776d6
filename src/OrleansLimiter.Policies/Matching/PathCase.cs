using System.Text;

namespace OrleansLimiter.Policies.Matching;

/// <summary>
/// One case for the names of unlisted routes: a backend that ignores case must not hand out a second bucket. Literals of
/// routes are ASCII and compared without case; resources keep theirs.
/// </summary>
internal static class PathCase
{
    /// <summary>Folds a segment in normal form; the result is in normal form. Without escapes it is as long as the segment.</summary>
    public static string Fold(ReadOnlySpan<char> segment)
    {
        // A folded character can need one more byte of UTF-8 than the original: three characters for each three.
        var writer = new PathWriter(new char[segment.Length * 2]);
        while (!segment.IsEmpty && PathCharacters.TryRead(segment, out Rune rune, out int used, out _))
        {
            writer.Append(Fold(rune));
            segment = segment[used..];
        }

        return writer.Written.ToString();
    }

    // Up and down again: some letters have several lower-case forms and one upper-case form, others the reverse.
    private static Rune Fold(Rune rune) => Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune));
}
