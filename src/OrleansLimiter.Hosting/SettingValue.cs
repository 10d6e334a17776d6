using System.Globalization;

namespace OrleansLimiter.Hosting;

/// <summary>Converts the value of a setting from and to text.</summary>
/// <param name="Get">Returns the value as text; null for none.</param>
/// <param name="TrySet">Sets the value. Returns null, or what is expected if the text is invalid: <c>must be true or false</c>.</param>
/// <param name="Separator">The separator of the values of a list; null if the setting is not a list.</param>
public sealed record SettingValue(Func<HostSettings, string?> Get, Func<HostSettings, string, string?> TrySet, char? Separator = null)
{
    private delegate bool TryParse<T>(string text, out T value);

    internal static SettingValue Text(Func<HostSettings, string?> get, Action<HostSettings, string> set) => new(get, (settings, text) =>
    {
        set(settings, text);
        return null;
    });

    internal static SettingValue List(
        char separator, Func<HostSettings, IEnumerable<string>> get, Action<HostSettings, string[]> set) => Text(
        settings => string.Join(separator, get(settings)),
        (settings, text) => set(settings, text.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        with { Separator = separator };

    internal static SettingValue Number(int min, int max, Func<HostSettings, int> get, Action<HostSettings, int> set) => Parsed(
        (string text, out int number) => int.TryParse(text, NumberStyles.None, null, out number) && number >= min && number <= max,
        $"must be a whole number from {min} to {max}",
        settings => $"{get(settings)}",
        set);

    /// <summary>A number whose default depends on the machine, so that its help text describes the default.</summary>
    internal static SettingValue OptionalNumber(
        long min, long max, Func<HostSettings, long?> get, Action<HostSettings, long> set) => Parsed(
        (string text, out long number) => long.TryParse(text, NumberStyles.None, null, out number) && number >= min && number <= max,
        $"must be a whole number from {min} to {max}",
        settings => get(settings) is { } number ? $"{number}" : null,
        set);

    internal static SettingValue Bytes(long min, Func<HostSettings, long?> get, Action<HostSettings, long> set) => Parsed(
        (string text, out long bytes) => ByteSize.TryParse(text, out bytes) && bytes >= min,
        $"must be a size of {ByteSize.Format(min)} or more, like 512MiB or 2GiB",
        settings => get(settings) is { } bytes ? ByteSize.Format(bytes) : null,
        set);

    internal static SettingValue Duration(
        TimeSpan min, TimeSpan max, Func<HostSettings, TimeSpan> get, Action<HostSettings, TimeSpan> set) => Parsed(
        (string text, out TimeSpan time) => TimeSpan.TryParseExact(text, "c", null, out time) && time >= min && time <= max,
        $"must be a time from {min:c} to {max:c}, like 00:00:00.200",
        settings => get(settings).ToString("c"),
        set);

    internal static SettingValue Word<T>(WordTable<T> words, Func<HostSettings, T> get, Action<HostSettings, T> set)
        where T : struct => Parsed<T>(
        words.TryGet,
        $"must be one of {string.Join(", ", words.Words)}",
        settings => words[get(settings)],
        set);

    internal static SettingValue Flag(Func<HostSettings, bool> get, Action<HostSettings, bool> set) => Parsed(
        (string text, out bool flag) => bool.TryParse(text, out flag),
        "must be true or false",
        settings => get(settings) ? "true" : "false",
        set);

    private static SettingValue Parsed<T>(
        TryParse<T> parse, string expected, Func<HostSettings, string?> get, Action<HostSettings, T> set) => new(get, (settings, text) =>
    {
        if (!parse(text, out T value))
        {
            return expected;
        }

        set(settings, value);
        return null;
    });
}
