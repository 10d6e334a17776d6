using System.Runtime.InteropServices;

namespace OrleansLimiter.Cluster;

/// <summary>Packs operations for one silo into a message. Most operations share a few rules, and each rule is included once.</summary>
internal sealed class OperationBatch(int count)
{
    private readonly OperationData[] _operations = new OperationData[count];
    private readonly List<GroupRules> _rules = [];
    private int _count;
    private int _last;

    /// <summary>Creates the message. There must be as many operations as announced.</summary>
    public OperationsMessage ToMessage() => new([.. _rules], _operations);

    /// <summary>Adds an operation.</summary>
    public void Add(long group, in BucketOperation operation) =>
        _operations[_count++] = OperationData.Of(group, operation, operation.Rules is null ? _last : IndexOf(operation.Rules));

    /// <summary>Adds an acquisition that is executed together with a number of following ones.</summary>
    public void AddJoint(long group, in BucketOperation acquisition, int following) =>
        _operations[_count++] = OperationData.OfJoint(group, acquisition, IndexOf(acquisition.Rules!), following);

    // Compares with the rules of the previous operation first: they are most often the same.
    private int IndexOf(GroupRules rules)
    {
        if (_last >= _rules.Count || _rules[_last] != rules)
        {
            _last = CollectionsMarshal.AsSpan(_rules).IndexOf(rules);
            if (_last < 0)
            {
                _last = _rules.Count;
                _rules.Add(rules);
            }
        }

        return _last;
    }
}
