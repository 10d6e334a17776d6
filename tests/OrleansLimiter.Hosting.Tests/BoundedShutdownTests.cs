using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace OrleansLimiter.Hosting.Tests;

public sealed class BoundedShutdownTests
{
    [Fact]
    public async Task A_host_ends_after_its_timeout_though_a_service_does_not_stop()
    {
        var settings = new HostSettings { FrontEnd = false, ShutdownTimeout = TimeSpan.FromSeconds(2) };
        settings.Http.Urls = settings.Http.AdminUrls = "http://127.0.0.1:0";
        var service = new EndlessService();

        int code = await LimiterHost.RunAsync(
            settings, new(TextWriter.Null, TextWriter.Null), host => host.Web.Services.AddHostedService(services => service.Of(services)));

        Assert.Equal(0, code);
        Assert.True(service.WasAskedToHurry);
    }

    [Fact]
    public async Task A_host_ends_when_its_shutdown_is_abandoned()
    {
        var settings = new HostSettings { FrontEnd = false, ShutdownTimeout = TimeSpan.FromHours(1) };
        settings.Http.Urls = settings.Http.AdminUrls = "http://127.0.0.1:0";
        var service = new EndlessService();

        int code = await LimiterHost.RunAsync(settings, new(TextWriter.Null, TextWriter.Null), host =>
        {
            host.Web.Services.AddHostedService(services => service.Of(services));
            host.ShutdownAbandoned = services =>
            {
                var abandoned = new TaskCompletionSource();
                services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(abandoned.SetResult);
                return abandoned.Task;
            };
        });

        Assert.Equal((0, false), (code, service.WasAskedToHurry));
    }

    [Fact]
    public void Services_are_asked_to_hurry_before_the_timeout() =>
        Assert.Equal(TimeSpan.FromSeconds(8), BoundedShutdown.Graceful(TimeSpan.FromSeconds(10)));

    // Requests shutdown when it starts, and does not stop.
    private sealed class EndlessService : IHostedService
    {
        private IHostApplicationLifetime? _lifetime;

        public bool WasAskedToHurry { get; private set; }

        public EndlessService Of(IServiceProvider services)
        {
            _lifetime = services.GetRequiredService<IHostApplicationLifetime>();
            return this;
        }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _lifetime!.ApplicationStarted.Register(_lifetime.StopApplication);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            cancellationToken.Register(() => WasAskedToHurry = true);
            return new TaskCompletionSource().Task;
        }
    }
}
