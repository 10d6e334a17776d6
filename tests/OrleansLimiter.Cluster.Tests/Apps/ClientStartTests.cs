using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using OrleansLimiter.AspNetCore;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>How the client of an app is started.</summary>
public class ClientStartTests
{
    [Fact]
    public async Task A_client_that_the_host_must_start_connects_and_a_warning_names_the_order_that_helps()
    {
        (int port, int gateway) = ClusterApp.FreePorts();
        await using ClusterApp silo = await ClusterApp.StartAsync(ClusterApp.Silo(port, gateway));
        await silo.HealthyAsync();

        // The container creates hosted services again for each who asks, if one of them is transient.
        await using ClusterApp app = await ClusterApp.StartAsync(
            builder =>
            {
                ClusterApp.ClientOf(gateway)(builder);
                builder.Services.AddTransient<IHostedService, TransientService>();
            },
            orleansIsFirst: false);
        await app.HealthyAsync();

        Assert.Equal((200, "2"), await app.RequestAsync("a"));
        Assert.Equal(
            ["The start of the app waits for a silo. Call UseCluster after UseOrleansClient, so that the app starts without one"],
            app.Log.At(LogLevel.Warning).Where(text => text.StartsWith("The start", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_retry_filter_of_the_app_is_kept(bool orleansIsFirst) =>
        Assert.IsType<OwnFilter>(FilterOf(client => client.UseConnectionRetryFilter<OwnFilter>(), orleansIsFirst));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_retry_filter_of_Orleans_which_gives_up_is_replaced(bool orleansIsFirst) =>
        Assert.IsType<ClientConnectionRetryFilter>(FilterOf(_ => { }, orleansIsFirst));

    [Fact]
    public void Hosted_services_of_the_app_are_not_changed()
    {
        var services = new ServiceCollection();
        services.AddHostedService<TransientService>();
        services.AddHostedService(_ => new TransientService());
        ServiceDescriptor[] before = [.. services];

        ClientStart.Detach(services);

        Assert.Equal(before, services);
    }

    private static IClientConnectionRetryFilter FilterOf(Action<IClientBuilder> configure, bool orleansIsFirst)
    {
        IServiceCollection services = new ServiceCollection().AddLogging();
        if (orleansIsFirst)
        {
            AddClient();
        }

        services.AddOrleansLimiter(options => options.Policies.Add("policies")).UseCluster();
        if (!orleansIsFirst)
        {
            AddClient();
        }

        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IClientConnectionRetryFilter>();

        void AddClient() => services.AddOrleansClient(new ConfigurationBuilder().Build(), client => configure(client.UseLocalhostClustering()));
    }

    private sealed class TransientService : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class OwnFilter : IClientConnectionRetryFilter
    {
        public Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken) => Task.FromResult(false);
    }
}
