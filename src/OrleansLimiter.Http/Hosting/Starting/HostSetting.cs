using System.Globalization;
using OrleansLimiter.Policies.Decisions;
using static System.FormattableString;

namespace OrleansLimiter.Http;

/// <summary>One setting of <see cref="HostSettings"/>: its key, its short switch, and how its text is read.</summary>
/// <param name="Key">In the section <c>Limiter</c>.</param>
/// <param name="Switch">On the command line; null where only the key is.</param>
/// <param name="Help">What it is, for people.</param>
/// <param name="Set">Reads it; what would be right, where the text is not.</param>
/// <param name="Separator">Between the parts of a list; null where it is none.</param>
internal sealed record HostSetting(
    string Key, string? Switch, string Help, Func<HostSettings, string, string?> Set, char? Separator = null)
{
    /// <summary>The section of all of them.</summary>
    public const string Section = "Limiter";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<HostSetting> All { get; } =
    [
        List("Policies", "policies", "policy files, or folders of them, separated by ';' [default: policies]", ';', (to, paths) => to.Policies = paths),
        Text("Urls", "urls", $"where decisions are served [default: {LimiterHttpOptions.DefaultUrl}]", (to, urls) => to.Urls = urls),
        Text("AdminUrls", "admin-urls", $"where administration is served [default: {LimiterHttpOptions.DefaultAdminUrl}]", (to, urls) => to.AdminUrls = urls),
        Text("AdminToken", "admin-token", $"what administration asks for [default: ${LimiterHost.TokenVariable}, which no process list shows]", (to, token) => to.AdminToken = token),
        List("TrustedProxies", "trusted-proxies", "proxies whose X-Forwarded-For is believed, separated by ','", ',', (to, proxies) => to.TrustedProxies = proxies),
        new("MaxGroups", "max-groups", Invariant($"how many groups may live at once in this process [default: {HostSettings.DefaultMaxGroups}]"), MaxGroups),
        new("Deadline", null, $"how long a decision may take [default: {LimiterOptions.DefaultDeadline:c}]",
            Duration(LimiterOptions.MinDeadline, LimiterOptions.MaxDeadline, (to, time) => to.Deadline = time)),
        new("FrontEnd", null, "whether a silo decides requests as well [default: true]", FrontEnd),
        new("ShutdownTimeout", null, $"how long stopping may take [default: {HostSettings.DefaultShutdownTimeout:c}]",
            Duration(HostSettings.MinShutdownTimeout, HostSettings.MaxShutdownTimeout, (to, time) => to.ShutdownTimeout = time)),
    ];

    /// <summary>As it is called in messages.</summary>
    public string Name => Switch ?? $"{Section}:{Key}";

    private static HostSetting Text(string key, string name, string help, Action<HostSettings, string> set) =>
        new(key, name, help, (settings, text) =>
        {
            set(settings, text);
            return null;
        });

    private static HostSetting List(string key, string name, string help, char separator, Action<HostSettings, string[]> set) =>
        Text(key, name, help, (settings, text) =>
            set(settings, text.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
            with { Separator = separator };

    private static Func<HostSettings, string, string?> Duration(TimeSpan least, TimeSpan most, Action<HostSettings, TimeSpan> set) => (settings, text) =>
    {
        if (!TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out TimeSpan time) || time < least || time > most)
        {
            return $"must be a time from {least:c} to {most:c}, like 00:00:00.200";
        }

        set(settings, time);
        return null;
    };

    private static string? MaxGroups(HostSettings settings, string text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int groups) || groups < 1)
        {
            return "must be a whole number of 1 or more";
        }

        settings.MaxGroups = groups;
        return null;
    }

    private static string? FrontEnd(HostSettings settings, string text)
    {
        if (!bool.TryParse(text, out bool frontEnd))
        {
            return "must be true or false";
        }

        settings.FrontEnd = frontEnd;
        return null;
    }
}
