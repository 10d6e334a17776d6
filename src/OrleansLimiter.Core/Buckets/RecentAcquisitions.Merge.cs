namespace OrleansLimiter;

internal sealed partial class RecentAcquisitions
{
    /// <summary>
    /// Unites the acquisitions with an id, and the leases, of two states of one group. Acquisitions without an id are only needed to undo
    /// others, so they are left out. Returns null if nothing is left.
    /// </summary>
    public static RecentAcquisitions? Merge(RecentAcquisitions? one, RecentAcquisitions? other, Instant now)
    {
        var byId = new Dictionary<(OperationId, string), RecentAcquisition>();
        one?.AddTo(byId);
        other?.AddTo(byId);
        var merged = new RecentAcquisitions { Leases = GrantedLeases.Merge(one?.Leases, other?.Leases) };
        foreach (RecentAcquisition acquisition in byId.Values.OrderBy(each => each.At).ThenBy(each => each.Id.Value))
        {
            merged.Record(acquisition);
        }

        merged.Forget(now);
        return merged is { IsEmpty: true, Leases: null } ? null : merged;
    }

    // The parts of an acquisition of several requests have the same id, but no bucket in common.
    private void AddTo(Dictionary<(OperationId Id, string Bucket), RecentAcquisition> byId)
    {
        for (int i = 0; i < Count; i++)
        {
            ref RecentAcquisition added = ref At(i);
            if (added.Id != OperationId.None)
            {
                (OperationId, string) key = (added.Id, added.Rules.Rules[0].Bucket);
                byId[key] = byId.TryGetValue(key, out RecentAcquisition known) ? Merge(known, added) : added;
            }
        }
    }

    // Remembered for the longer time. An acquisition that was canceled stays canceled, and a final one stays final.
    private static RecentAcquisition Merge(in RecentAcquisition one, in RecentAcquisition other)
    {
        RecentAcquisition later = (one.At, one.Cost).CompareTo((other.At, other.Cost)) >= 0 ? one : other;
        later.Status = OrderOf(one.Status) >= OrderOf(other.Status) ? one.Status : other.Status;
        return later;
    }

    private static int OrderOf(AcquisitionStatus status) => status switch
    {
        AcquisitionStatus.Reserved => 0,
        AcquisitionStatus.Final => 1,
        _ => 2,
    };
}
