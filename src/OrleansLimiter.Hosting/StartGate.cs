using System.Net;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansLimiter.Hosting;

/// <summary>
/// Closed until the host can decide. The sockets of decisions are bound while it is closed, so that a port in use is an error of the
/// start, but do not listen: a client gets the same refusal as from a process that has not started.
/// </summary>
internal sealed class StartGate : IHealthCheck
{
    /// <summary>The name of the health check that is unhealthy until the sockets of decisions listen.</summary>
    public const string Check = "start";

    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _opening = new();
    private int _waiting = 1;

    /// <summary>Whether a private socket accepts connections of the host to itself until the gate opens.</summary>
    public bool WarmsUp { get; init; }

    /// <summary>The private socket; null if there is none.</summary>
    public EndPoint? WarmUpEndPoint { get; set; }

    /// <summary>Canceled when the gate opens.</summary>
    public CancellationToken Opening => _opening.Token;

    /// <summary>Completes when the gate opens.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Completes when the gate is open and all sockets listen.</summary>
    public Task Listening => _listening.Task;

    /// <summary>Opens the gate.</summary>
    public void Open()
    {
        if (_opened.TrySetResult())
        {
            _opening.Cancel();
            OnListening();
        }
    }

    /// <summary>Registers a socket that waits for the gate.</summary>
    public void Add() => Interlocked.Increment(ref _waiting);

    /// <summary>Records that a socket listens.</summary>
    public void OnListening()
    {
        if (Interlocked.Decrement(ref _waiting) == 0)
        {
            _listening.TrySetResult();
        }
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_listening.Task.IsCompleted
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("connections for decisions are not accepted yet"));
}
