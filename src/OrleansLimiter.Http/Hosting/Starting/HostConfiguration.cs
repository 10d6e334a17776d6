using Microsoft.Extensions.Configuration;

namespace OrleansLimiter.Http;

/// <summary>Reads a host's configuration: all that is wrong with it at once.</summary>
internal static class HostConfiguration
{
    // What a program's own sections leave to others: these are read by the runtime and by what is built on it.
    private static readonly string[] OtherSections = ["Orleans", "ConnectionStrings", "Logging"];

    /// <summary>Adds the file beside the program, variables and switches, each before the one that it gives way to.</summary>
    /// <param name="configuration">Where to.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="faults">What is wrong with the command line.</param>
    public static void Fill(IConfigurationBuilder configuration, IReadOnlyList<string> arguments, List<string> faults)
    {
        // Of the program's folder, not of the one that somebody happens to stand in.
        configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true);
        configuration.AddEnvironmentVariables();
        configuration.AddInMemoryCollection(Switches(arguments, faults));
    }

    /// <summary>Reads the section <c>Limiter</c>.</summary>
    /// <param name="configuration">The whole configuration.</param>
    /// <param name="faults">What is wrong with it.</param>
    public static HostSettings Read(IConfiguration configuration, List<string> faults)
    {
        var settings = new HostSettings { AdminToken = Environment.GetEnvironmentVariable(LimiterHost.TokenVariable) };
        foreach (IConfigurationSection found in configuration.GetSection(HostSetting.Section).GetChildren())
        {
            if (HostSetting.All.FirstOrDefault(one => one.Key.Equals(found.Key, StringComparison.OrdinalIgnoreCase)) is not { } setting)
            {
                faults.Add($"'{found.Path}' is not a setting; there are {string.Join(", ", HostSetting.All.Select(one => $"{HostSetting.Section}:{one.Key}"))}");
            }
            else if (Text(found, setting) is not { } text)
            {
                faults.Add($"{setting.Name}: it has parts, like {found.GetChildren().First().Path}; write one text");
            }
            else if (setting.Set(settings, text) is { } right)
            {
                faults.Add($"{setting.Name}: {Quote.Of(text)} {right}");
            }
        }

        return settings;
    }

    // A list may be written as one, too.
    private static string? Text(IConfigurationSection found, HostSetting setting) =>
        found.Value ?? (setting.Separator is { } separator ? string.Join(separator, found.GetChildren().Select(one => one.Value)) : null);

    // As the configuration's own reader of command lines would, but a mistake is told instead of being passed over.
    private static Dictionary<string, string?> Switches(IReadOnlyList<string> arguments, List<string> faults)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < arguments.Count; i++)
        {
            string[] parts = arguments[i].Split('=', 2);
            if (Key(parts[0]) is not { } key)
            {
                faults.Add(
                    $"{Quote.Of(parts[0])} is not a switch; there are {string.Join(", ", HostSetting.All.Where(one => one.Switch is not null).Select(one => $"--{one.Switch}"))}, "
                    + "and every key of configuration, like --Orleans:ClusterId");

                // What follows it was meant as its value, and is no mistake of its own.
                i += parts.Length == 1 && HasValue(i) ? 1 : 0;
            }
            else if (parts.Length == 2)
            {
                values[key] = parts[1];
            }
            else if (HasValue(i))
            {
                values[key] = arguments[++i];
            }
            else
            {
                faults.Add($"{Quote.Of(parts[0])} has no value");
            }
        }

        return values;

        bool HasValue(int at) => at + 1 < arguments.Count && !arguments[at + 1].StartsWith("--", StringComparison.Ordinal);
    }

    private static string? Key(string argument)
    {
        if (!argument.StartsWith("--", StringComparison.Ordinal))
        {
            return null;
        }

        string name = argument[2..];
        string section = name.Split(':', 2)[0];
        return HostSetting.All.FirstOrDefault(one => one.Switch == name) is { } setting ? $"{HostSetting.Section}:{setting.Key}"
            : name.Contains(':') && (section.Equals(HostSetting.Section, StringComparison.OrdinalIgnoreCase)
                || OtherSections.Contains(section, StringComparer.OrdinalIgnoreCase)) ? name
            : null;
    }
}
