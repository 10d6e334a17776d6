using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration.Memory;

namespace OrleansLimiter.Hosting;

/// <summary>Builds a host. The program adds its bucket store to the services of <see cref="Web"/>.</summary>
public sealed class LimiterHostBuilder
{
    private const int LocalMemoryPart = 4;

    private readonly List<(string Name, string Path, Action<RouteGroupBuilder> Map)> _pages = [];

    /// <summary>Creates a builder without a store.</summary>
    /// <param name="settings">The settings of the host.</param>
    /// <param name="configuration">Configuration for the store and for logging; null for none.</param>
    /// <param name="time">The clock; null for the system clock.</param>
    public LimiterHostBuilder(HostSettings settings, IConfiguration? configuration = null, TimeProvider? time = null)
    {
        (Settings, Clock) = (settings, new(time ?? TimeProvider.System));
        ShutdownTimeout = settings.ShutdownTimeout + (settings.FrontEnd ? settings.DrainDelay : TimeSpan.Zero);

        // An empty builder, because only the settings may determine the addresses, and not a file or a variable like ASPNETCORE_URLS.
        Web = WebApplication.CreateEmptyBuilder(new());
        if (configuration is not null)
        {
            Web.Configuration.AddConfiguration(configuration);
        }

        Web.WebHost.UseKestrelCore().UseSockets(InlineSocketCompletions.Configure);
        Web.WebHost.ConfigureKestrel(kestrel => kestrel.Configure(ServerCertificates.From(Web.Configuration)));
        Web.Logging.AddLimiterLogging(Web.Configuration.GetSection("Logging"));
        Web.Services
            .AddSingleton<IMemoryPoolFactory<byte>, BlockPoolFactory>()
            .AddRouting()
            .Configure<HostOptions>(host => host.ShutdownTimeout = GracefulTimeout)
            .AddSingleton(Clock)
            .BoundServerStop(GracefulTimeout);
    }

    /// <summary>The builder of the web application.</summary>
    public WebApplicationBuilder Web { get; }

    /// <summary>The settings of the host.</summary>
    public HostSettings Settings { get; }

    /// <summary>
    /// The time after which the process ends, from the request to stop. The program adds to it what its store needs in addition to
    /// <see cref="HostSettings.ShutdownTimeout"/> and <see cref="HostSettings.DrainDelay"/>.
    /// </summary>
    public TimeSpan ShutdownTimeout { get; set; }

    /// <summary>The part of <see cref="HostSettings.ShutdownTimeout"/> after which what is in progress is aborted: 80 %.</summary>
    public TimeSpan GracefulTimeout => BoundedShutdown.Graceful(Settings.ShutdownTimeout);

    /// <summary>
    /// A task that completes if the shutdown cannot complete and nothing useful is left to do, so that the process ends before
    /// <see cref="ShutdownTimeout"/>. Default: a task that never completes.
    /// </summary>
    public Func<IServiceProvider, Task> ShutdownAbandoned { get; set; } = static _ => new TaskCompletionSource().Task;

    /// <summary>The limiter's clock.</summary>
    public LimiterClock Clock { get; }

    /// <summary>Whether <see cref="AddHttpWarmUp"/> was called.</summary>
    internal bool WarmsUp { get; private set; }

    /// <summary>The pages mapped by <see cref="MapAdministration"/>.</summary>
    internal IEnumerable<(string Name, string Path)> Pages => _pages.Select(page => (page.Name, page.Path));

    /// <summary>Adds configuration with the lowest precedence.</summary>
    public void AddDefaults(IEnumerable<KeyValuePair<string, string?>> values) =>
        ((IConfigurationBuilder)Web.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = [.. values] });

    /// <summary>Maps pages on the administration address, protected by its token. The startup banner lists them.</summary>
    /// <param name="name">The name in the banner.</param>
    /// <param name="path">The base path, like <c>/dashboard</c>.</param>
    /// <param name="map">Maps the endpoints.</param>
    public void MapAdministration(string name, string path, Action<RouteGroupBuilder> map) => _pages.Add((name, path, map));

    /// <summary>
    /// The options of a front-end whose store may be unavailable: the deadline, and a store in this process for
    /// <c>on-failure: local</c>, which uses at most a quarter of <see cref="HostSettings.MaxGroupMemory"/>.
    /// </summary>
    public LimiterOptions CreateFrontEndOptions() => new()
    {
        Deadline = Settings.Deadline,
        Local = new InProcessBucketStore(
            Clock, Settings.MaxGroups, (Settings.MaxGroupMemory ?? LivingGroups.DefaultMaxBytes) / LocalMemoryPart),
    };

    /// <summary>
    /// Sends requests of internal policies through the server of decisions before the host is ready, for a store with a deadline. Does
    /// nothing if <see cref="HostSettings.StartTimeout"/> is 0.
    /// </summary>
    public void AddHttpWarmUp()
    {
        WarmsUp = true;
        Web.Services.AddSingleton<HttpWarmUp>();
    }

    /// <summary>Builds the host without starting it.</summary>
    /// <param name="catalog">The policies in force; null for a host that serves health and metrics only.</param>
    public WebApplication Build(PolicyCatalog? catalog)
    {
        if (catalog is null)
        {
            Web.Services.AddLimiterOperations(Configure);
        }
        else
        {
            Web.Services.AddSingleton(catalog).AddOrleansLimiter(Configure).AddRateLimitService();
        }

        WebApplication app = Web.Build();
        RouteGroupBuilder administration = catalog is null ? app.MapLimiterOperations() : app.MapOrleansLimiter();
        if (catalog is not null)
        {
            app.MapRateLimitService();
        }

        _pages.ForEach(page => page.Map(administration));
        return app;
    }

    private void Configure(LimiterHttpOptions options)
    {
        options.Urls = Settings.Http.Urls;
        options.AdminUrls = Settings.Http.AdminUrls;
        options.GrpcUrls = Settings.Http.GrpcUrls;
        options.RlsOnMissing = Settings.Http.RlsOnMissing;
        options.AdminToken = Settings.Http.AdminToken;
        options.TrustedProxies = Settings.Http.TrustedProxies;
        options.AuthorizeStatus = Settings.Http.AuthorizeStatus;
        options.RequestTimeout = Settings.RequestTimeout;
        options.ResponseTimeout = Settings.ResponseTimeout;
        options.MaxBufferedBytes = Settings.MaxBufferedBytes ?? options.MaxBufferedBytes;
    }
}
