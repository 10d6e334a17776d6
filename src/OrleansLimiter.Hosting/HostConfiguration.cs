namespace OrleansLimiter.Hosting;

/// <summary>
/// Reads the configuration of a host: an <c>appsettings.json</c> beside the program, environment variables (<c>Limiter__Urls</c>) and
/// the command line (<c>--urls</c>, <c>--Limiter:Urls</c>), each overriding the one before.
/// </summary>
/// <remarks>
/// Configuration binding is not used: it stops at the first value that it cannot convert, and does not support short switches.
/// </remarks>
public static class HostConfiguration
{
    // This class reads the section of the limiter. Orleans, its providers, logging and the server (its certificates) read the others.
    private static readonly string[] Sections =
        [HostSetting.Section, "Orleans", "ConnectionStrings", "Logging", ServerCertificates.Section];

    /// <summary>Reads the configuration.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>The settings of the limiter, and the whole configuration.</returns>
    /// <exception cref="HostSettingsException">The command line or the section of the limiter is invalid; lists every error.</exception>
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

    // Returns an error, or null.
    private static string? Set(HostSettings settings, IConfigurationSection value)
    {
        if (HostSetting.All.FirstOrDefault(setting => setting.Key.Equals(value.Key, StringComparison.OrdinalIgnoreCase)) is not { } setting)
        {
            string keys = string.Join(", ", HostSetting.All.Select(setting => $"{HostSetting.Section}:{setting.Key}"));
            return $"'{value.Path}' is not a setting; the settings are {keys}";
        }

        // A list can also be written as an array.
        string? text = value.Value
            ?? (setting.Value.Separator is { } separator ? string.Join(separator, value.GetChildren().Select(item => item.Value)) : null);
        return text is null ? $"{setting.Name}: must be one text, without keys below it like {value.GetChildren().First().Path}"
            : setting.Value.TrySet(settings, text) is { } expected ? $"{setting.Name}: {Quote.Of(text)} {expected}"
            : null;
    }

    // The command line provider of .NET ignores arguments that it does not support.
    private static Dictionary<string, string?> ReadSwitches(IReadOnlyList<string> arguments, List<string> errors)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < arguments.Count; i++)
        {
            string[] parts = arguments[i].Split('=', 2);
            string? value = parts.Length == 2 ? parts[1] : null;
            if (value is null && i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                value = arguments[++i]; // also after an unknown switch, whose value is not a second error
            }

            if (KeyOf(parts[0]) is not { } key)
            {
                IEnumerable<string> switches = HostSetting.All.Select(setting => setting.Switch).OfType<string>();
                errors.Add($"{Quote.Of(parts[0])} is not a switch; the switches are --{string.Join(", --", switches)}, "
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
        return HostSetting.All.FirstOrDefault(setting => setting.Switch == name) is { } setting ? $"{HostSetting.Section}:{setting.Key}"
            : name.Contains(':') && Sections.Contains(name.Split(':', 2)[0], StringComparer.OrdinalIgnoreCase) ? name
            : null;
    }
}
