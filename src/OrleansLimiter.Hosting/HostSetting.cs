using OrleansLimiter.Decisions;
using OrleansLimiter.Http;
using OrleansLimiter.Policies;
using static OrleansLimiter.Hosting.SettingValue;

namespace OrleansLimiter.Hosting;

/// <summary>The declaration of one setting. Its default is the initial value of its property in <see cref="HostSettings"/>.</summary>
/// <param name="Key">Its key in the section <see cref="Section"/> of configuration.</param>
/// <param name="Switch">Its switch on the command line, without the dashes; null: it has its key only.</param>
/// <param name="ValueName">What a help page calls the value.</param>
/// <param name="Help">What it is for, in one sentence.</param>
/// <param name="Value">How its value is read and written as text.</param>
public sealed record HostSetting(string Key, string? Switch, string ValueName, string Help, SettingValue Value)
{
    /// <summary>The section of configuration that holds the settings.</summary>
    public const string Section = "Limiter";

    /// <summary>All settings, in the order of help pages.</summary>
    public static IReadOnlyList<HostSetting> All { get; } =
    [
        new("Policies", "policies", "PATH", "Policy files, or folders of which every *.yaml and *.yml is read, separated by ';'",
            List(';', to => to.Policies, (to, paths) => to.Policies = paths)),
        new("Urls", "urls", "URLS", "Where decisions are served; several separated by ';', * for every network, port 0 for a free one",
            Text(to => to.Http.Urls, (to, urls) => to.Http.Urls = urls)),
        new("AdminUrls", "admin-urls", "URLS", "Where administration is served; other machines can reach it only with a token",
            Text(to => to.Http.AdminUrls, (to, urls) => to.Http.AdminUrls = urls)),
        new("AdminToken", "admin-token", "TOKEN", $"What administration asks for as bearer token [default: ${HostSettings.TokenVariable}, which no process list shows]",
            Text(to => to.Http.AdminToken, (to, token) => to.Http.AdminToken = token)),
        new("TrustedProxies", "trusted-proxies", "CIDR", "Proxies whose X-Forwarded-For is believed: addresses and networks, separated by ','",
            List(',', to => to.Http.TrustedProxies, (to, proxies) => to.Http.TrustedProxies = proxies)),
        new("MaxGroups", "max-groups", "N", "How many bucket groups (keys with something to count) may live at once in this process",
            Number(1, int.MaxValue, to => to.MaxGroups, (to, groups) => to.MaxGroups = groups)),
        new("Deadline", null, "TIME", "How long a decision may take",
            Duration(LimiterOptions.MinDeadline, LimiterOptions.MaxDeadline, to => to.Deadline, (to, time) => to.Deadline = time)),
        new("FrontEnd", null, "BOOL", "Whether a silo decides requests as well",
            Flag(to => to.FrontEnd, (to, frontEnd) => to.FrontEnd = frontEnd)),
        new("ShutdownTimeout", null, "TIME", "How long stopping may take",
            Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), to => to.ShutdownTimeout, (to, time) => to.ShutdownTimeout = time)),
    ];

    /// <summary>The setting's name in messages.</summary>
    public string Name => Switch ?? $"{Section}:{Key}";

    /// <summary>The help text with the default, for help pages.</summary>
    public string Description => Value.Get(new()) is { Length: > 0 } text ? $"{Help} [default: {text}]" : Help;
}
