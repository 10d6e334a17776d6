using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansLimiter.Http;
using OrleansLimiter.Policies.Files;
using OrleansLimiter.Policies.Overrides;

namespace OrleansLimiter.Cli;

/// <summary><c>limiter serve</c>: the limiter on one machine.</summary>
internal sealed class ServeCommand : Command
{
    private const string DefaultPolicies = "policies";
    private const string DefaultOverrides = "data/overrides.json";

    private readonly Option<string[]> _policies = new("--policies")
    {
        Description = "Policy files, or folders of which every *.yaml and *.yml is read",
        HelpName = "PATH",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [DefaultPolicies],
    };

    private readonly Option<string> _urls = new("--urls")
    {
        Description = "Where decisions are served; more than one with ';', * for every network, port 0 for a free one",
        HelpName = "URLS",
        DefaultValueFactory = _ => LimiterHttpOptions.DefaultUrl,
    };

    private readonly Option<string> _adminUrls = new("--admin-urls")
    {
        Description = "Where administration is served; other machines can reach it only with a token",
        HelpName = "URLS",
        DefaultValueFactory = _ => LimiterHttpOptions.DefaultAdminUrl,
    };

    private readonly Option<string?> _adminToken = new("--admin-token")
    {
        Description = $"What administration asks for as bearer token [default: ${LimiterHost.TokenVariable}, which no process list shows]",
        HelpName = "TOKEN",
    };

    private readonly Option<string[]> _trustedProxies = new("--trusted-proxies")
    {
        Description = "Proxies whose X-Forwarded-For is believed: addresses and networks, separated by commas",
        HelpName = "CIDR,…",
        CustomParser = result =>
            [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string> _overrides = new("--overrides")
    {
        Description = "Where overrides are kept; the file is made with the first one",
        HelpName = "FILE",
        DefaultValueFactory = _ => DefaultOverrides,
    };

    private readonly Option<int> _maxGroups = NumberOption.Of(
        "--max-groups", LivingGroups.DefaultMax, "How many groups (keys with something to count) may live at once");

    public ServeCommand(Terminal terminal)
        : base("serve", "Serves policies over HTTP, counting in this process")
    {
        foreach (Option option in (Option[])
            [_policies, _urls, _adminUrls, _adminToken, _trustedProxies, _overrides, _maxGroups])
        {
            Add(option);
        }

        SetAction((parsed, _) => RunAsync(parsed, terminal));
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal)
    {
        PolicyCatalogLoad load = PolicyCatalog.Load(parsed.GetRequiredValue(_policies), TimeProvider.System);
        FaultList.Write(terminal.Error, load.Faults, load.Warnings);
        if (load.Catalog is null)
        {
            return ExitCode.Failed;
        }

        SocketThreads.Serve();
        try
        {
            OverrideStore overrides = OverrideStore.Open(parsed.GetRequiredValue(_overrides), TimeProvider.System);
            await using WebApplication host = EmbeddedHost.Build(
                load.Catalog, overrides, parsed.GetValue(_maxGroups), options => Configure(options, parsed), logs: true);
            await host.StartAsync();
            ServedView.Write(terminal.Out.Writer, load.Catalog.Current, host.Services.GetRequiredService<LimiterAddresses>());
            await host.WaitForShutdownAsync();
            return ExitCode.Done;
        }
        catch (OverrideFileException error)
        {
            terminal.Refuse(error.Message);
        }
        catch (Exception error) when (Faults(error, parsed) is { Count: > 0 } faults)
        {
            foreach (string fault in faults)
            {
                terminal.Refuse(fault);
            }
        }

        return ExitCode.Failed;
    }

    private IReadOnlyList<string> Faults(Exception error, ParseResult parsed) =>
        StartFaults.Of(error, parsed.GetRequiredValue(_urls), parsed.GetRequiredValue(_adminUrls));

    private void Configure(LimiterHttpOptions options, ParseResult parsed)
    {
        options.Urls = parsed.GetRequiredValue(_urls);
        options.AdminUrls = parsed.GetRequiredValue(_adminUrls);
        options.AdminToken = parsed.GetValue(_adminToken) ?? Environment.GetEnvironmentVariable(LimiterHost.TokenVariable);
        options.TrustedProxies = parsed.GetRequiredValue(_trustedProxies);
    }
}
