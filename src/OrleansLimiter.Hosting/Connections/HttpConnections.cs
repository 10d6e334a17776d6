namespace OrleansLimiter.Hosting;

/// <summary>The connections of the listeners of a host.</summary>
internal sealed class HttpConnections
{
    public HttpConnections(HostSettings settings, LimiterClock clock, ILogger<HttpConnections> log)
        : this(settings, ConnectionLimits.For(settings), clock, log)
    {
    }

    public HttpConnections(HostSettings settings, ConnectionLimits limits, LimiterClock clock, ILogger log)
    {
        Decisions = Create(limits.Decisions, limits.PerAddress);
        Administration = Create(limits.Administration, null);
        WarmUp = Create(HttpWarmUp.Callers, null);
        DecisionsLog = new("decisions", clock, log);
        AdministrationLog = new("administration", clock, log);

        ConnectionBound Create(int max, int? perAddress) =>
            new(max, perAddress, settings.ResponseTimeout, clock.Time, static () => Environment.TickCount64);
    }

    public ConnectionBound Decisions { get; }

    public ConnectionLog DecisionsLog { get; }

    public ConnectionBound Administration { get; }

    public ConnectionLog AdministrationLog { get; }

    /// <summary>Of <see cref="HttpWarmUp"/>; counted apart, because they exist before the host listens.</summary>
    public ConnectionBound WarmUp { get; }
}
