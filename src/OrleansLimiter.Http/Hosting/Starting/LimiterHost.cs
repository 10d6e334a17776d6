using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Policies.Files;

namespace OrleansLimiter.Http;

/// <summary>
/// A host's program, apart from its engine: reads configuration and policies, listens, says where, and stops when asked.
/// Whatever keeps it from starting is told in lines on standard error.
/// </summary>
public static class LimiterHost
{
    /// <summary>Carries the admin token, so that no process list shows it.</summary>
    public const string TokenVariable = "LIMITER_ADMIN_TOKEN";

    private static readonly string[] HelpSwitches = ["--help", "-h", "-?"];

    /// <summary>Runs a host until it is asked to stop.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="compose">Adds the engine: <see cref="IBucketStore"/>, <see cref="Policies.Overrides.IOverrides"/> and what they need.</param>
    /// <returns>The process's exit code: 0, or 1 where it could not start.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Action<LimiterHostBuilder> compose)
    {
        if (arguments.Any(HelpSwitches.Contains))
        {
            WriteHelp(Console.Out);
            return 0;
        }

        HostSettings settings = new();
        try
        {
            var builder = new LimiterHostBuilder(arguments);
            settings = builder.Settings;
            if (settings.FrontEnd)
            {
                SocketThreads.Serve();
            }

            return !settings.FrontEnd ? await ServeAsync(builder, null, compose)
                : LoadPolicies(builder) is { } catalog ? await ServeAsync(builder, catalog, compose)
                : 1;
        }
        catch (Exception error)
        {
            IReadOnlyList<string> faults = StartFaults.Of(error, settings.Urls, settings.AdminUrls);
            foreach (string fault in faults.Count > 0 ? faults : [$"the host could not start: {Chain(error)}"])
            {
                Console.Error.WriteLine($"limiter: {fault}");
            }

            return 1;
        }
    }

    private static PolicyCatalog? LoadPolicies(LimiterHostBuilder builder)
    {
        PolicyCatalogLoad load = PolicyCatalog.Load(builder.Settings.Policies, builder.Clock.Time);
        foreach (PolicyFault fault in load.Faults)
        {
            Console.Error.WriteLine(fault);
        }

        foreach (PolicyFault warning in load.Warnings)
        {
            Console.Error.WriteLine(warning with { Message = $"warning: {warning.Message}" });
        }

        return load.Catalog;
    }

    private static async Task<int> ServeAsync(LimiterHostBuilder builder, PolicyCatalog? catalog, Action<LimiterHostBuilder> compose)
    {
        compose(builder);
        await using WebApplication app = builder.Build(catalog);
        try
        {
            await app.StartAsync();
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return 0; // asked to stop before it had started
        }
        catch (Exception error)
        {
            // For who wants to know more than the line says.
            app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(LimiterHost).FullName!).LogDebug(error, "The host could not start");
            await StopAsync(app);
            throw;
        }

        ServedView.Write(Console.Out, catalog?.Current, app.Services.GetRequiredService<LimiterAddresses>(), [.. builder.Pages]);
        await app.WaitForShutdownAsync();
        return 0;
    }

    // What has started before must not vanish: a silo says that it leaves.
    private static async Task StopAsync(WebApplication app)
    {
        try
        {
            await app.StopAsync();
        }
        catch (Exception)
        {
            // Why it did not start is what matters.
        }
    }

    // What is inside often says what the outside only announces.
    private static string Chain(Exception error)
    {
        List<string> messages = [];
        for (Exception? one = error; one is not null; one = one.InnerException)
        {
            string message = one.Message.ReplaceLineEndings(" ").Trim();
            if (!messages.Exists(said => said.Contains(message, StringComparison.Ordinal)))
            {
                messages.Add(message);
            }
        }

        return string.Join(": ", messages);
    }

    private static void WriteHelp(TextWriter output)
    {
        output.WriteLine("Switches, each also a key of configuration (--Limiter:Urls, or the variable Limiter__Urls):");
        output.WriteLine();
        foreach (HostSetting setting in HostSetting.All)
        {
            output.WriteLine($"  --{setting.Switch ?? setting.Name,-26} {setting.Help}");
        }

        output.WriteLine();
        output.WriteLine("What concerns the cluster is Orleans' own configuration, like --Orleans:Clustering:ProviderType; see docs/operations.md.");
    }
}
