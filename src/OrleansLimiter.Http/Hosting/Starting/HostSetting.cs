using System.Globalization;
using OrleansLimiter.Policies.Decisions;

namespace OrleansLimiter.Http;

/// <summary>One setting of <see cref="HostSettings"/>: its key, its short switch, and how its text is read.</summary>
/// <param name="Key">In the section <c>Limiter</c>.</param>
/// <param name="Switch">On the command line; null where only the key is.</param>
/// <param name="Help">What it is, for people.</param>
/// <param name="Set">Reads it; what would be right, where the text is not.</param>
internal sealed record HostSetting(string Key, string? Switch, string Help, Func<HostSettings, string, string?> Set)
{
    /// <summary>The section of all of them.</summary>
    public const string Section = "Limiter";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<HostSetting> All { get; } =
    [
        new("Policies", "policies", "policy files, or folders of them, separated by ';' [default: policies]", List(';', (to, paths) => to.Policies = paths)),
        new("Urls", "urls", $"where decisions are served [default: {LimiterHttpOptions.DefaultUrl}]", Text((to, urls) => to.Urls = urls)),
        new("AdminUrls", "admin-urls", $"where administration is served [default: {LimiterHttpOptions.DefaultAdminUrl}]", Text((to, urls) => to.AdminUrls = urls)),
        new("AdminToken", "admin-token", $"what administration asks for [default: ${LimiterHost.TokenVariable}, which no process list shows]", Text((to, token) => to.AdminToken = token)),
        new("TrustedProxies", "trusted-proxies", "proxies whose X-Forwarded-For is believed, separated by ','", List(',', (to, proxies) => to.TrustedProxies = proxies)),
        new("MaxGroups", "max-groups", "how many groups may live at once in this process [default: 1000000]", MaxGroups),
        new("Deadline", null, "how long a decision may take [default: 00:00:00.200]", Duration(LimiterOptions.MinDeadline, LimiterOptions.MaxDeadline, (to, time) => to.Deadline = time)),
        new("FrontEnd", null, "whether a silo decides requests as well [default: true]", FrontEnd),
        new("ShutdownTimeout", null, "how long stopping may take [default: 00:00:10]", Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), (to, time) => to.ShutdownTimeout = time)),
    ];

    /// <summary>As it is called in messages.</summary>
    public string Name => Switch ?? $"{Section}:{Key}";

    private static Func<HostSettings, string, string?> Text(Action<HostSettings, string> set) => (settings, text) =>
    {
        set(settings, text);
        return null;
    };

    private static Func<HostSettings, string, string?> List(char separator, Action<HostSettings, string[]> set) => (settings, text) =>
    {
        set(settings, text.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return null;
    };

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
