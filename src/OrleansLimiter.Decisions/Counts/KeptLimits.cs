namespace OrleansLimiter.Decisions;

/// <summary>Tells which buckets are kept over a restart: all except those of limits with <c>survive: none</c>. Not thread-safe.</summary>
/// <param name="current">Returns the policies in force.</param>
internal sealed class KeptLimits(Func<PolicySnapshot> current)
{
    private static readonly Func<string, bool> All = static _ => true;

    private readonly Dictionary<string, Func<string, bool>> _byPolicy = [];
    private PolicySnapshot? _snapshot;

    /// <summary>
    /// Whether a bucket of a policy is kept, by the name of the bucket. Those of a policy without file are kept, because the file can
    /// come back.
    /// </summary>
    public Func<string, bool> Of(string policy)
    {
        PolicySnapshot snapshot = current();
        if (!ReferenceEquals(_snapshot, snapshot))
        {
            _snapshot = snapshot;
            _byPolicy.Clear();
        }

        if (!_byPolicy.TryGetValue(policy, out Func<string, bool>? keeps))
        {
            _byPolicy[policy] = keeps = Create(snapshot, policy);
        }

        return keeps;
    }

    private static Func<string, bool> Create(PolicySnapshot snapshot, string policy)
    {
        HashSet<string> lost = !snapshot.Policies.TryGetValue(policy, out PolicyEntry? entry) ? [] :
        [
            .. entry.Policy.Definition.Limits.Where(limit => limit.Survive == Survive.None).Select(limit => limit.Name),
        ];
        return lost.Count == 0 ? All : bucket => !lost.Contains(BucketName.Parse(bucket).Limit);
    }
}
