namespace OrleansLimiter.Decisions;

// An acquisition that the caller cancels after the decision.
internal sealed partial class MultiGroupAcquisition
{
    private OperationId _acquired;

    /// <summary>Whether the caller may cancel the acquisition after the decision, so that the groups must remember it.</summary>
    public bool IsCancelable { get; init; }

    /// <summary>
    /// Cancels the acquisition if it was allowed. The replies are not awaited. A late reply is handled as that of a refusal.
    /// </summary>
    public void Undo()
    {
        OperationId id = _acquired;
        if (id == OperationId.None)
        {
            return;
        }

        (_acquired, _refusedBefore, _refused) = (OperationId.None, _refused, id);
        for (int i = 0; i < requests.Length; i++)
        {
            store.Send(requests[i].With(OperationKind.Cancel, id));
            Fallback?.Cancel(i, id);
        }
    }
}
