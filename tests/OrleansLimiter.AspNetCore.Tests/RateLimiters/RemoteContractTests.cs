using System.Threading.RateLimiting;

namespace OrleansLimiter.AspNetCore.Tests.RateLimiters;

/// <summary>A limiter of one account whose counts are those of a remote limiter.</summary>
public sealed class RemoteAccountContractTests : AccountContractTests
{
    protected override bool HasCountsHere => false;

    private protected override RemoteLimiters Remote { get; } = new();
}

/// <summary>The limiter of requests whose counts are those of a remote limiter.</summary>
public sealed class RemoteRequestContractTests : RequestContractTests
{
    protected override bool HasCountsHere => false;

    private protected override RemoteLimiters Remote { get; } = new();
}

/// <summary>Limiters whose counts are those of remote limiters, which a test can let wait for their answers.</summary>
internal sealed class RemoteLimiters
{
    private readonly List<RemoteHost> _hosts = [];
    private readonly TaskCompletionSource _answered = new();
    private Task _gate = Task.CompletedTask;

    public TestLimiters Create(Func<IDisposable, IDisposable> atEnd)
    {
        RemoteHost host = RemoteHost.StartAsync(TestPolicies.Five).GetAwaiter().GetResult();
        _hosts.Add(host);
        atEnd(new Stopping(host));
        return new(TestPolicies.Five, use: limiter => limiter.UseRemote(options =>
        {
            options.Addresses.Add(host.Address);
            options.CreateHandler = _ => new HoldingHandler(this);
        }));
    }

    /// <summary>Creates a limiter whose answers are held, until the callback is called.</summary>
    public Task<(RateLimiter Limiter, Action Continue)> HoldAsync(Func<RateLimiter> create)
    {
        RateLimiter limiter = create();
        var gate = new TaskCompletionSource();
        _gate = gate.Task;
        return Task.FromResult((limiter, (Action)(() =>
        {
            Assert.True(_answered.Task.Wait(TimeSpan.FromMinutes(1)), "the remote limiter has counted");
            gate.SetResult();
        })));
    }

    public void Replenish() => _hosts.ForEach(host => host.Time.Advance(TimeSpan.FromMinutes(1)));

    private sealed class HoldingHandler(RemoteLimiters limiters) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            limiters._answered.TrySetResult();
            await limiters._gate;
            return response;
        }
    }

    private sealed class Stopping(RemoteHost host) : IDisposable
    {
        public void Dispose() => host.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
