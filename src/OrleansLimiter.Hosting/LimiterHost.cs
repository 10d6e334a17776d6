namespace OrleansLimiter.Hosting;

/// <summary>
/// Runs a host: loads the policies, starts the server, writes the startup banner, and waits for shutdown. The program adds the
/// store.
/// </summary>
public static class LimiterHost
{
    private static readonly string[] HelpSwitches = ["--help", "-h", "-?"];

    /// <summary>Runs a host that reads its settings from configuration, until shutdown.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="compose">Adds the services of the store, which include <see cref="IBucketStore"/> and <see cref="IOverrides"/>.</param>
    /// <returns>The exit code of the process: 0, or 1 if the host did not start.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Action<LimiterHostBuilder> compose)
    {
        HostConsole console = HostConsole.OfProcess;
        if (arguments.Any(HelpSwitches.Contains))
        {
            HostConfiguration.WriteHelp(console.Out);
            return 0;
        }

        try
        {
            (HostSettings settings, IConfiguration configuration) = HostConfiguration.Read(arguments);
            return await RunAsync(settings, console, compose, configuration);
        }
        catch (Exception error)
        {
            return Fail(error, new(), console);
        }
    }

    /// <summary>Runs a host until shutdown.</summary>
    /// <param name="settings">The settings of the host.</param>
    /// <param name="console">The console for the banner and for errors.</param>
    /// <param name="compose">Adds the services of the store.</param>
    /// <param name="configuration">Configuration for the store and for logging; null for none.</param>
    /// <returns>The exit code of the process: 0, or 1 if the host did not start.</returns>
    public static async Task<int> RunAsync(
        HostSettings settings, HostConsole console, Action<LimiterHostBuilder> compose, IConfiguration? configuration = null)
    {
        try
        {
            var builder = new LimiterHostBuilder(settings, configuration);
            PolicyCatalog? catalog = null;
            if (settings.FrontEnd)
            {
                InlineSocketCompletions.EnableForProcess();
                PolicyCatalogLoad load = PolicyCatalog.Load(settings.Policies, builder.Clock.Time);
                console.WriteFindings(load);
                if ((catalog = load.Catalog) is null)
                {
                    return 1;
                }

                catalog.RemovalDelay = settings.PolicyRemovalDelay;
            }

            compose(builder);
            builder.AddStartGate();
            builder.AddConnectionDrain();
            WebApplication app = builder.Build(catalog);
            return await ServeAsync(app, builder, () => StartupBanner.Write(
                console.Out, catalog?.Current, app.Services.GetRequiredService<LimiterAddresses>(), [.. builder.Pages]));
        }
        catch (Exception error)
        {
            return Fail(error, settings.Http, console);
        }
    }

    private static async Task<int> ServeAsync(WebApplication app, LimiterHostBuilder builder, Action writeBanner)
    {
        Task abandoned = builder.ShutdownAbandoned(app.Services);
        try
        {
            await app.StartAsync();
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await BoundedShutdown.StopAsync(app, builder.ShutdownTimeout, abandoned).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0; // shutdown was requested before the start completed
        }
        catch (Exception error)
        {
            // The console shows one line. The stack trace is logged at the level Debug.
            ILogger log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(LimiterHost).FullName!);
            log.LogDebug(error, "The host could not start");

            // Stops the services that have started, so that a silo leaves its cluster. The exception of the start is reported.
            await BoundedShutdown.StopAsync(app, builder.ShutdownTimeout, abandoned).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await app.Services.GetRequiredService<StartGateOpener>().OpenAsync(app.Lifetime.ApplicationStopping);
        if (!app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            writeBanner();
        }

        await BoundedShutdown.WaitAsync(app, builder.ShutdownTimeout, abandoned);
        return 0;
    }

    private static int Fail(Exception error, LimiterHttpOptions http, HostConsole console)
    {
        foreach (string message in StartupErrors.Of(error, http))
        {
            console.WriteError(message);
        }

        return 1;
    }
}
