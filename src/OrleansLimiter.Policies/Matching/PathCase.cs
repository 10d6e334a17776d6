using System.Text;

namespace OrleansLimiter.Policies;

/// <summary>Folds the case of paths, for servers that ignore it.</summary>
internal static class PathCase
{
    /// <summary>
    /// Folds a character that is not ASCII. It is converted to upper case first, because some letters have several lower-case forms and
    /// one upper-case form. Characters that some servers read as an ASCII letter become that letter.
    /// </summary>
    public static Rune Fold(Rune rune) => rune.Value switch
    {
        0x130 or 0x131 => new('i'), // İ and ı: invariant case mapping does not change them, but regular expressions match them
        0x17F => new('s'),          // ſ, for the same reason
        _ => Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune)),
    };

    /// <summary>Folds the ASCII letters of a normal form to a destination of at least its length. Escapes stay in upper case.</summary>
    public static void Fold(ReadOnlySpan<char> normal, Span<char> destination)
    {
        normal.ToLowerInvariant(destination);
        for (int at = normal.IndexOf('%'), next = at; next >= 0; at += next)
        {
            normal.Slice(at, 3).CopyTo(destination[at..]);
            next = normal[(at + 3)..].IndexOf('%');
            at += 3;
        }
    }
}
