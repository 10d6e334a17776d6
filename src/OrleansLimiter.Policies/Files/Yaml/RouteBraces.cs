using System.Text.RegularExpressions;

namespace OrleansLimiter.Policies;

/// <summary>
/// Allows a route in a list without quotes: <c>[POST /team/{team_id}/exports]</c>. In YAML, a brace there begins a mapping, which is
/// always an error after a slash, so no valid YAML changes its meaning. Each brace is replaced by one private character before the
/// file is parsed, so positions stay correct.
/// </summary>
internal static partial class RouteBraces
{
    public const char Open = '\uE000';
    public const char Close = '\uE001';

    public static string Hide(string text) => Parameter().Replace(text, $"{Open}$1{Close}");

    public static string Restore(string text) => text.Replace(Open, '{').Replace(Close, '}');

    [GeneratedRegex(@"(?<=/)\{([A-Za-z0-9_-]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
