using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Http.Tests;

public class LimiterLogsTests
{
    [Theory]
    [InlineData("OrleansLimiter.Http.PolicyWatch", LogLevel.Information)]
    [InlineData("Orleans.Runtime.Silo", LogLevel.Warning)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning)]
    [InlineData("Polly", LogLevel.Warning)]
    [InlineData("Orleans.Messaging.GatewayManager", LogLevel.Error)]
    public void What_others_say_of_their_daily_work_is_not_logged(string category, LogLevel lowest)
    {
        using ServiceProvider services = new ServiceCollection().AddLogging(logging => logging.AddLimiterLogs()).BuildServiceProvider();
        ILogger log = services.GetRequiredService<ILoggerFactory>().CreateLogger(category);

        Assert.Equal(lowest, Enum.GetValues<LogLevel>().First(log.IsEnabled));
    }
}
