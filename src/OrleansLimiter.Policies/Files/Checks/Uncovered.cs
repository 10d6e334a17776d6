namespace OrleansLimiter.Policies;

/// <summary>Reports requests that are not provided for, the first few of them.</summary>
internal static class Uncovered
{
    private const int MaxListed = 5;

    public static void Report(Mark at, IEnumerable<string> requests, string what, string advice, PolicyErrorList errors)
    {
        // One more than is listed tells whether there are more, without counting thousands.
        string[] found = [.. requests.Take(MaxListed + 1)];
        foreach (string request in found.Take(MaxListed))
        {
            errors.Add(at, $"{what} {request}; {advice}");
        }

        if (found.Length > MaxListed)
        {
            errors.Add(at, $"{what} further requests, which are not listed; {advice}");
        }
    }
}
