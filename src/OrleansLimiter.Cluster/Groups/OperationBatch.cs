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

    // The last one is most often the next.
    private static int IndexOf(List<GroupRules> rules, GroupRules one, int last)
    {
        if (last < rules.Count && rules[last] == one)
        {
            return last;
        }

        int index = CollectionsMarshal.AsSpan(rules).IndexOf(one);
        if (index < 0)
        {
            index = rules.Count;
            rules.Add(one);
        }

        return index;
    }
}
