namespace OrleansLimiter.Cluster;

/// <summary>What the channels of a front-end share.</summary>
/// <param name="Grains">Calls to the grains of groups.</param>
/// <param name="Acquisitions">Calls for joint acquisitions of groups whose locations are unknown.</param>
/// <param name="Locator">The locations of groups.</param>
/// <param name="Clock">The clock of the limiter.</param>
/// <param name="Breaker">The circuit breaker of all calls.</param>
/// <param name="Deadline">The deadline of a decision.</param>
internal sealed record FrontEndCalls(
    GrainCalls Grains, AcquisitionCalls Acquisitions, GroupLocator Locator, LimiterClock Clock, CircuitBreaker Breaker, TimeSpan Deadline);
