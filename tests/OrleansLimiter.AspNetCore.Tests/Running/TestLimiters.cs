using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>The services of the limiter without an app, with a fake clock.</summary>
internal sealed class TestLimiters : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ServiceProvider _services;

    public TestLimiters(
        string policy, Func<LimiterClock, IBucketStore>? store = null, Action<OrleansLimiterOptions>? configure = null,
        Action<LimiterBuilder>? use = null)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton<TestLog>().AddSingleton<ILoggerProvider>(each => each.GetRequiredService<TestLog>());
        services.AddSingleton(new LimiterClock(Time));
        LimiterBuilder limiter = services.AddOrleansLimiter(options =>
        {
            options.Policies.Add(_folder.Write("policy.yaml", policy));
            configure?.Invoke(options);
        });
        if (store is not null)
        {
            limiter.UseStore(each => store(each.GetRequiredService<LimiterClock>()));
        }

        use?.Invoke(limiter);
        _services = services.BuildServiceProvider();
    }

    public FakeTime Time { get; } = new();

    public PolicyRateLimiters RateLimiters => Get<PolicyRateLimiters>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Changes the policy file and reads it.</summary>
    public void Replace(string policy)
    {
        _folder.Write("policy.yaml", policy);
        Get<PolicyCatalog>().Refresh();
    }

    /// <summary>A request of an account.</summary>
    public HttpContext Request(string account = "a", string path = "/things/1")
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        (context.Request.Method, context.Request.Path) = ("GET", path);
        context.Request.Headers["X-Account"] = account;
        return context;
    }

    public void Dispose()
    {
        _services.Dispose();
        _folder.Dispose();
    }
}
