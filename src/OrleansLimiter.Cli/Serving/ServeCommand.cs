namespace OrleansLimiter.Cli;

/// <summary><c>limiter serve</c>: the limiter on one machine. The command line contains all settings; no file is read.</summary>
internal sealed class ServeCommand : Command
{
    private const string NoCounts = "none";

    private readonly IReadOnlyList<SettingOption> _settings =
        [.. HostSetting.All.Where(setting => setting.Switch is not null).Select(setting => new SettingOption(setting))];

    private readonly Option<string> _overrides = new("--overrides")
    {
        Description = "The file of overrides; it is created with the first override",
        HelpName = "FILE",
        DefaultValueFactory = _ => "data/overrides.json",
    };

    private readonly Option<string> _counts = new("--counts")
    {
        Description = "The file in which counts are kept over a restart, or none",
        HelpName = "FILE",
        DefaultValueFactory = _ => "data/counts.log",
    };

    public ServeCommand(Terminal terminal)
        : base("serve", "Serves policies over HTTP, and counts in this process")
    {
        foreach (SettingOption setting in _settings)
        {
            Add(setting);
        }

        Add(_overrides);
        Add(_counts);
        SetAction((parsed, _) => RunAsync(parsed, terminal));
    }

    private Task<int> RunAsync(ParseResult parsed, Terminal terminal)
    {
        HostSettings settings = HostSettings.FromEnvironment();
        foreach (SettingOption setting in _settings)
        {
            setting.Apply(parsed, settings);
        }

        return LimiterHost.RunAsync(
            settings,
            new TerminalHostConsole(terminal),
            host => host.AddInProcessStore(
                OverrideStore.Open(parsed.GetRequiredValue(_overrides), host.Clock.Time),
                parsed.GetRequiredValue(_counts) is var counts && counts == NoCounts ? null : counts));
    }
}
