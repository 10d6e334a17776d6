using System.Text;

namespace OrleansLimiter.Policies;

/// <summary>One case for the spellings of a path: a server that ignores case must not hand out a second bucket.</summary>
internal static class PathCase
{
    /// <summary>Folds a character beyond ASCII; those that some servers take for a letter of ASCII become that letter.</summary>
    /// <remarks>Up and down again: some letters have several lower-case forms and one upper-case form, others the reverse.</remarks>
    public static Rune Fold(Rune rune) => rune.Value switch
    {
        0x130 or 0x131 => new('i'), // İ and ı, which case mappings without a culture leave alone; regular expressions do not
        0x17F => new('s'),          // ſ, likewise
        _ => Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune)),
    };

    /// <summary>Folds the ASCII letters of a normal form, in which others are folded already; escapes stay in upper case.</summary>
    /// <param name="normal">A part of a normal form.</param>
    /// <param name="destination">At least as long.</param>
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
