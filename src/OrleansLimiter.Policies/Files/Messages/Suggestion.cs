namespace OrleansLimiter.Policies;

/// <summary>Suggests known words for an unknown one.</summary>
internal static class Suggestion
{
    private const int MaxListed = 12;

    /// <summary>Returns <c>did you mean 'x'?</c>, or a list of the known words.</summary>
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

        string listed = string.Join(", ", known.Take(MaxListed));
        return known.Count > MaxListed ? $"known are {listed} and {known.Count - MaxListed} more" : $"known are {listed}";
    }

    /// <summary>Returns the known word with the smallest edit distance; null if none is similar.</summary>
    public static string? Nearest(string found, IReadOnlyCollection<string> known) => found.Length is 0 or > 64 ? null : known
        .Where(word => Math.Abs(word.Length - found.Length) <= Tolerance(word, found))
        .Select(word => (Word: word, Distance: Distance(found.ToLowerInvariant(), word.ToLowerInvariant())))
        .Where(pair => pair.Distance <= Tolerance(pair.Word, found))
        .OrderBy(pair => pair.Distance)
        .FirstOrDefault().Word;

    // One edit for every three letters. Words of one or two letters can differ only in case.
    private static int Tolerance(string a, string b) => Math.Min(a.Length, b.Length) / 3;

    // The optimal string alignment distance: Levenshtein's, in which swapping two neighbors is one edit.
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
