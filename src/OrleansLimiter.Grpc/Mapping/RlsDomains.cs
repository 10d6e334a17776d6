using System.Collections.Frozen;

namespace OrleansLimiter.Grpc;

/// <summary>The policies in force by their domain. Renewed when the catalog changes.</summary>
internal sealed class RlsDomains(ServedPolicies policies)
{
    private Snapshot _current = new(policies.Current);

    /// <summary>Finds the policy of a domain.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="policy">The policy; null if there is none, or more than one.</param>
    /// <returns>The problem; null if there is one policy.</returns>
    public Problem? Find(string domain, out RlsPolicy? policy)
    {
        ServedSnapshot served = policies.Current;
        Snapshot current = Volatile.Read(ref _current);
        if (!ReferenceEquals(current.Served, served))
        {
            // Two threads may do this at the same time; their results are equal.
            Volatile.Write(ref _current, current = new(served));
        }

        return current.ByDomain.TryGetValue(domain, out policy) && policy is not null ? null : current.Problem(domain);
    }

    private sealed class Snapshot
    {
        // Null for a domain of several policies.
        public readonly FrozenDictionary<string, RlsPolicy?> ByDomain;

        public Snapshot(ServedSnapshot served)
        {
            Served = served;
            ByDomain = served.Source.Policies.Keys.GroupBy(DomainOf, StringComparer.Ordinal).ToFrozenDictionary(
                names => names.Key,
                names => names.Count() == 1 ? new RlsPolicy(served.Find(names.First())!) : null,
                StringComparer.Ordinal);
        }

        public ServedSnapshot Served { get; }

        public Problem Problem(string domain)
        {
            if (!ByDomain.ContainsKey(domain))
            {
                string known = string.Join(", ", ByDomain.Keys.Order(StringComparer.Ordinal));
                return new(ProblemReason.Policy, $"no policy has the domain {Quote.Of(domain)}; known are {known}", "domain");
            }

            IEnumerable<string> names = Served.Source.Policies.Keys.Where(name => DomainOf(name) == domain).Order(StringComparer.Ordinal);
            return new(
                ProblemReason.Field,
                $"the policies {string.Join(" and ", names)} have the domain {Quote.Of(domain)}; give each policy a domain of its own",
                "domain");
        }

        private string DomainOf(string name) => Served.Source.Policies[name].Policy.Definition.Rls.Domain ?? name;
    }
}
