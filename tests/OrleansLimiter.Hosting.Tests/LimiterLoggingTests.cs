using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Hosting.Tests;

public class LimiterLoggingTests
{
    [Theory]
    [InlineData("OrleansLimiter.Http.PolicyWatcher", LogLevel.Information)]
    [InlineData("Orleans.Runtime.Silo", LogLevel.Warning)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning)]
    [InlineData("Polly", LogLevel.Warning)]
    [InlineData("Orleans.Messaging.GatewayManager", LogLevel.Error)]
    public void Routine_messages_of_the_frameworks_are_not_logged(string category, LogLevel lowest) =>
        Assert.Equal(lowest, LowestLevel(category, []));

    [Fact]
    public void Configuration_overrides_the_levels() =>
        Assert.Equal(LogLevel.Debug, LowestLevel("Orleans.Runtime.Silo", [new("LogLevel:Orleans", "Debug"), new("LogLevel:Orleans.", "Debug")]));

    private static LogLevel LowestLevel(string category, KeyValuePair<string, string?>[] levels)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(levels).Build();
        using ServiceProvider services = new ServiceCollection().AddLogging(logging => logging.AddLimiterLogging(configuration)).BuildServiceProvider();
        ILogger log = services.GetRequiredService<ILoggerFactory>().CreateLogger(category);
        return Enum.GetValues<LogLevel>().First(log.IsEnabled);
    }
}
