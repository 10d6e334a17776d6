using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansLimiter.Policies.Files;

namespace OrleansLimiter.Http;

/// <summary>A host in the making: its settings are read, its policies loaded; the engine is what its program adds.</summary>
public sealed class LimiterHostBuilder
{
    private readonly List<(string Name, string Path, Action<RouteGroupBuilder> Map)> _pages = [];

    internal LimiterHostBuilder(IReadOnlyList<string> arguments, TimeProvider? time = null)
    {
        Clock = new(time ?? TimeProvider.System);
        List<string> faults = [];

        // Empty, and then what is said here: no other file or variable that happens to lie around must move a socket.
        Web = WebApplication.CreateEmptyBuilder(new());
        HostConfiguration.Fill(Web.Configuration, arguments, faults);
        Settings = HostConfiguration.Read(Web.Configuration, faults);
        if (faults.Count > 0)
        {
            throw new HostSettingsException(faults);
        }

        Web.WebHost.UseKestrelCore().UseSockets(SocketThreads.Configure);
        Web.Logging.AddLimiterLogs(Web.Configuration.GetSection("Logging"));
        Web.Services
            .AddRouting()
            .Configure<HostOptions>(host => host.ShutdownTimeout = Settings.ShutdownTimeout)
            .AddSingleton(Clock);
    }

    /// <summary>The web application that it becomes.</summary>
    public WebApplicationBuilder Web { get; }

    /// <summary>What it was told.</summary>
    public HostSettings Settings { get; }

    /// <summary>The limiter's clock.</summary>
    public LimiterClock Clock { get; }

    /// <summary>What was mapped into administration.</summary>
    internal IEnumerable<(string Name, string Path)> Pages => _pages.Select(page => (page.Name, page.Path));

    /// <summary>Sets configuration that everything else replaces: files, variables and switches.</summary>
    /// <param name="values">Keys and values.</param>
    public void AddDefaults(IEnumerable<KeyValuePair<string, string?>> values) =>
        ((IConfigurationBuilder)Web.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = [.. values] });

    /// <summary>Maps pages of the host's own into administration, behind its guard. The host says where they are once it listens.</summary>
    /// <param name="name">What they are called there.</param>
    /// <param name="path">Where they begin, like <c>/dashboard</c>.</param>
    /// <param name="map">Maps them.</param>
    public void MapAdministration(string name, string path, Action<RouteGroupBuilder> map) => _pages.Add((name, path, map));

    internal WebApplication Build(PolicyCatalog? catalog)
    {
        if (catalog is null)
        {
            Web.Services.AddLimiterOperations(Configure);
        }
        else
        {
            Web.Services.AddSingleton(catalog).AddOrleansLimiter(Configure);
        }

        WebApplication app = Web.Build();
        RouteGroupBuilder administration = catalog is null ? app.MapLimiterOperations() : app.MapOrleansLimiter();
        _pages.ForEach(page => page.Map(administration));
        return app;
    }

    private void Configure(LimiterHttpOptions options)
    {
        options.Urls = Settings.Urls;
        options.AdminUrls = Settings.AdminUrls;
        options.AdminToken = Settings.AdminToken;
        options.TrustedProxies = [.. Settings.TrustedProxies];
    }
}
