using System.Collections.Frozen;

namespace OrleansLimiter.Grpc;

/// <summary>The policies in force by their domain. Renewed when the catalog changes, which has one policy for each domain.</summary>
internal sealed class RlsDomains(ServedPolicies policies)
{
    private Snapshot _current = new(policies.Current);

    /// <summary>Finds the policy of a domain.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="policy">The policy; null if there is none.</param>
    /// <returns>The problem; null if there is a policy.</returns>
    public Problem? Find(string domain, out RlsPolicy? policy)
    {
        ServedSnapshot served = policies.Current;
        Snapshot current = Volatile.Read(ref _current);
        if (!ReferenceEquals(current.Served, served))
        {
            // Two threads may do this at the same time; their results are equal.
            Volatile.Write(ref _current, current = new(served));
        }

        return current.ByDomain.TryGetValue(domain, out policy) ? null : current.Unknown(domain);
    }

    private sealed class Snapshot(ServedSnapshot served)
    {
        public readonly FrozenDictionary<string, RlsPolicy> ByDomain = served.Source.Policies.Values.ToFrozenDictionary(
            entry => RlsFields.DomainOf(entry.Policy.Definition),
            entry => new RlsPolicy(served.Find(entry.Policy.Name)!),
            StringComparer.Ordinal);

        public ServedSnapshot Served => served;

        public Problem Unknown(string domain)
        {
            string known = string.Join(", ", ByDomain.Keys.Order(StringComparer.Ordinal));
            return new(ProblemReason.Policy, $"no policy has the domain {Quote.Of(domain)}; known are {known}", "domain");
        }
    }
}
