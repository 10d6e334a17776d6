using Microsoft.Extensions.Configuration;
using OrleansLimiter.Http;

namespace OrleansLimiter.Hosting;

/// <summary>
/// Reads the configuration of a host: an <c>appsettings.json</c> beside the program, environment variables (<c>Limiter__Urls</c>) and
/// the command line (<c>--urls</c>, <c>--Limiter:Urls</c>), each overriding the one before.
/// </summary>
/// <remarks>
/// Configuration binding is not used: it stops at the first value that it cannot convert, and knows no short switches.
/// </remarks>
public static class HostConfiguration
{
    // The section of the limiter is read here; the others by Orleans, its providers, and logging.
    private static readonly string[] Sections = [HostSetting.Section, "Orleans", "ConnectionStrings", "Logging"];

    /// <summary>Reads all of it.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>The limiter's settings, and the whole configuration.</returns>
    /// <exception cref="HostSettingsException">Something is wrong; it lists every error of the command line and the section.</exception>
    public static (HostSettings Settings, IConfiguration Configuration) Read(IReadOnlyList<string> arguments)
    {
        List<string> errors = [];
        IConfiguration configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .AddInMemoryCollection(ReadSwitches(arguments, errors))
            .Build();
        HostSettings settings = HostSettings.FromEnvironment();
        errors.AddRange(configuration.GetSection(HostSetting.Section).GetChildren().Select(value => Set(settings, value)).OfType<string>());
        return errors.Count == 0 ? (settings, configuration) : throw new HostSettingsException(errors);
    }

    /// <summary>Writes the help page of the command line.</summary>
    /// <param name="output">Where to write it.</param>
    public static void WriteHelp(TextWriter output)
    {
        output.WriteLine("Switches, each also a key of configuration (--Limiter:Urls, or the variable Limiter__Urls):");
        output.WriteLine();
        foreach (HostSetting setting in HostSetting.All)
        {
            output.WriteLine($"  --{setting.Name,-26} {setting.Description}");
        }

        output.WriteLine();
        output.WriteLine("The cluster is configured by Orleans' own keys, like --Orleans:Clustering:ProviderType; see docs/operations.md.");
    }

    private static string? Set(HostSettings settings, IConfigurationSection value)
    {
        if (HostSetting.All.FirstOrDefault(one => one.Key.Equals(value.Key, StringComparison.OrdinalIgnoreCase)) is not { } setting)
        {
            return $"'{value.Path}' is not a setting; there are {string.Join(", ", HostSetting.All.Select(one => $"{HostSetting.Section}:{one.Key}"))}";
        }

        // A list can also be written as an array.
        string? text = value.Value
            ?? (setting.Value.Separator is { } separator ? string.Join(separator, value.GetChildren().Select(one => one.Value)) : null);
        return text is null ? $"{setting.Name}: it has parts, like {value.GetChildren().First().Path}; write one text"
            : setting.Value.TrySet(settings, text) is { } expected ? $"{setting.Name}: {Quote.Of(text)} {expected}"
            : null;
    }

    // The framework's own reader of command lines passes over what it does not understand.
    private static Dictionary<string, string?> ReadSwitches(IReadOnlyList<string> arguments, List<string> errors)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < arguments.Count; i++)
        {
            string[] parts = arguments[i].Split('=', 2);
            string? value = parts.Length == 2 ? parts[1] : null;
            if (value is null && i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                value = arguments[++i]; // also after an unknown switch: it is not an error of its own
            }

            if (KeyOf(parts[0]) is not { } key)
            {
                errors.Add(
                    $"{Quote.Of(parts[0])} is not a switch; there are {string.Join(", ", HostSetting.All.Where(one => one.Switch is not null).Select(one => $"--{one.Switch}"))}, "
                    + "and every key of configuration, like --Orleans:ClusterId");
            }
            else if (value is null)
            {
                errors.Add($"{Quote.Of(parts[0])} has no value");
            }
            else
            {
                values[key] = value;
            }
        }

        return values;
    }

    private static string? KeyOf(string argument)
    {
        if (!argument.StartsWith("--", StringComparison.Ordinal))
        {
            return null;
        }

        string name = argument[2..];
        return HostSetting.All.FirstOrDefault(one => one.Switch == name) is { } setting ? $"{HostSetting.Section}:{setting.Key}"
            : name.Contains(':') && Sections.Contains(name.Split(':', 2)[0], StringComparer.OrdinalIgnoreCase) ? name
            : null;
    }
}
