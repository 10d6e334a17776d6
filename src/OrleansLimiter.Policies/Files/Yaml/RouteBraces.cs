using System.Text.RegularExpressions;

namespace OrleansLimiter.Policies;

/// <summary>
/// Lets a route stand in a list without quotes: <c>[POST /team/{team_id}/exports]</c>. YAML reads a brace there as the
/// beginning of a mapping, which after a slash is always an error, so nothing that was YAML changes its meaning.
/// The braces are hidden from the scanner behind two private characters of the same length: places stay right.
/// </summary>
internal static partial class RouteBraces
{
    public const char Open = '\uE000';
    public const char Close = '\uE001';

    public static string Hide(string text) => Parameter().Replace(text, $"{Open}$1{Close}");

    public static string Show(string text) => text.Replace(Open, '{').Replace(Close, '}');

    [GeneratedRegex(@"(?<=/)\{([A-Za-z0-9_-]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
