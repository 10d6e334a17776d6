namespace OrleansLimiter.Decisions;

/// <summary>Reads changed policy files every second, and reports each change.</summary>
/// <param name="catalog">The policies in force.</param>
/// <param name="time">The clock of the timer.</param>
/// <param name="report">Receives each change.</param>
/// <param name="failed">Receives an exception; the next check follows all the same.</param>
internal sealed class PolicyRefresh(PolicyCatalog catalog, TimeProvider time, Action<PolicyChange> report, Action<Exception> failed)
    : IDisposable
{
    /// <summary>The period of the check for changed files: 1 s.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private ITimer? _timer;

    /// <summary>Starts the timer.</summary>
    public void Start() => _timer = time.CreateTimer(_ => Refresh(), null, Period, Period);

    /// <summary>Stops the timer.</summary>
    public void Dispose() => _timer?.Dispose();

    private void Refresh()
    {
        if (!_gate.TryEnter())
        {
            return; // the previous refresh has not ended, because the disk is slow
        }

        try
        {
            foreach (PolicyChange change in catalog.Refresh())
            {
                report(change);
            }
        }
        catch (Exception exception)
        {
            failed(exception); // an exception in a timer would end the process
        }
        finally
        {
            _gate.Exit();
        }
    }
}
