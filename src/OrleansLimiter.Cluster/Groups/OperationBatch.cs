using System.Runtime.InteropServices;

namespace OrleansLimiter.Cluster;

/// <summary>Packs operations for one silo into a message. Most operations share a few rules, and each rule is included once.</summary>
internal static class OperationBatch
{
    public static OperationsMessage Of(ReadOnlySpan<PendingOperation> pending)
    {
        var data = new OperationData[pending.Length];
        List<GroupRules> rules = [];
        int last = 0;
        for (int i = 0; i < data.Length; i++)
        {
            BucketOperation operation = pending[i].Request.Operation;
            last = operation.Rules is null ? last : IndexOf(rules, operation.Rules, last);
            data[i] = OperationData.Of(pending[i].Group.Number, operation, last);
        }

        return new([.. rules], data);
    }

    // Compares with the rules of the previous operation first: they are most often the same.
    private static int IndexOf(List<GroupRules> all, GroupRules rules, int last)
    {
        if (last < all.Count && all[last] == rules)
        {
            return last;
        }

        int index = CollectionsMarshal.AsSpan(all).IndexOf(rules);
        if (index < 0)
        {
            index = all.Count;
            all.Add(rules);
        }

        return index;
    }
}
