namespace OrleansLimiter.Policies;

/// <summary>Turns an unknown word into advice.</summary>
internal static class Suggestion
{
    // Longer lists do not help the reader.
    private const int MaxListed = 12;

    /// <summary><c>did you mean 'x'?</c>, or everything that is known.</summary>
    public static string For(string found, IReadOnlyCollection<string> known)
    {
        if (Nearest(found, known) is { } near)
        {
            return $"did you mean '{near}'?";
        }

        if (known.Count == 1)
        {
            return $"only '{known.First()}' is known";
        }

        string listed = Quoted.List(known.Take(MaxListed));
        return known.Count > MaxListed ? $"known are {listed} and {known.Count - MaxListed} more" : $"known are {listed}";
    }

    /// <summary>The known word that was probably meant; null if none is near.</summary>
    public static string? Nearest(string found, IReadOnlyCollection<string> known)
    {
        if (found.Length is 0 or > 64)
        {
            return null;
        }

        return known
            .Where(word => Math.Abs(word.Length - found.Length) <= Tolerance(word, found))
            .Select(word => (Word: word, Distance: Distance(found.ToLowerInvariant(), word.ToLowerInvariant())))
            .Where(pair => pair.Distance <= Tolerance(pair.Word, found))
            .OrderBy(pair => pair.Distance)
            .Select(pair => pair.Word)
            .FirstOrDefault();
    }

    // One slip in a word of three letters, and one more for every third letter; shorter ones only differ in case.
    private static int Tolerance(string a, string b) => Math.Min(a.Length, b.Length) / 3;

    // Levenshtein's, and two neighbours changed about count as one.
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                rows[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(
                        Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1,
                        rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[a.Length, b.Length];
    }
}
