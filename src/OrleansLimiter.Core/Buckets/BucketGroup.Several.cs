namespace OrleansLimiter;

// Acquisitions of several requests together, whose rules have costs of their own.
public partial class BucketGroup
{
    // Every bucket admits what it must. Those that are only read keep the readings that they have.
    private Readings AcquireEach(GroupRules rules, Readings read, Instant now, OperationId id, bool reserve)
    {
        var readings = new Reading[rules.Rules.Length];
        for (int i = 0; i < readings.Length; i++)
        {
            readings[i] = read[i];
            int cost = rules.Costs[i].Charged;
            if (cost > 0)
            {
                AcquireFrom(ref BucketAt(_buckets.Find(rules.Rules[i].Bucket)), cost, now, out readings[i]);
            }
        }

        RememberEach(rules, now, id, reserve);
        return new(readings);
    }

    // An acquisition is remembered in parts, one for each cost. They have the same id and follow each other, newest last, so a version
    // that knows no parts still reads them from a snapshot; it cancels the last one only, and so admits less.
    private void RememberEach(GroupRules rules, Instant now, OperationId id, bool reserve)
    {
        _buckets.HasAcquired = true;
        if (id == OperationId.None && _recent is not { IsEmpty: false })
        {
            return;
        }

        foreach ((GroupRules part, int cost) in rules.Parts())
        {
            Remember(part, cost, now, id, reserve);
        }
    }

    private bool IsPartOf(OperationId id, int index) => index >= 0 && _recent!.At(index).Id == id;

    private void CancelPart(int known, Instant now)
    {
        _recent!.SetStatus(known, AcquisitionStatus.Canceled);
        _buckets.HasReturned = true;
        foreach (BucketRule asked in _recent.At(known).Rules.Rules)
        {
            if (_buckets.Find(asked.Bucket) is >= 0 and int index)
            {
                Rollback.Undo(_recent, known, ref BucketAt(index), now);
            }
        }
    }
}
