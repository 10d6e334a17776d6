using System.Collections.Immutable;
using OrleansLimiter.Policies.Files.Messages;
using OrleansLimiter.Policies.Files.Reading;

namespace OrleansLimiter.Policies.Files.Checks;

/// <summary>Finds limits that can apply together and write the same header differently.</summary>
internal static class HeaderConflicts
{
    public static void Run(ImmutableArray<LimitDraft> limits, RequestSpace space, FaultList faults)
    {
        for (int i = 0; i < limits.Length; i++)
        {
            foreach (var header in limits[i].Headers)
            {
                Check(limits[i], header, limits.Take(i), space, faults);
            }
        }
    }

    private static void Check(
        LimitDraft limit, HeaderDraft header, IEnumerable<LimitDraft> earlier, RequestSpace space, FaultList faults)
    {
        foreach (var other in earlier)
        {
            var rival = other.Headers.FirstOrDefault(theirs => Conflict(theirs, header));
            if (rival is not null && other.IsSound && limit.IsSound && Overlap(other, limit, space))
            {
                faults.Add(header.At, $"the limits '{other.Name}' and '{limit.Name}' can apply together, and both write '{header.Definition.Name}', "
                    + $"as {Quoted.Of(rival.Definition.Template)} and {Quoted.Of(header.Definition.Template)}; "
                    + "rename one, or let one limit's 'when' exclude the other's");
                return;
            }
        }
    }

    // A template with variables speaks of its own limit, so even the same text has two values.
    private static bool Conflict(HeaderDraft a, HeaderDraft b) =>
        a.Definition.Name.Equals(b.Definition.Name, StringComparison.OrdinalIgnoreCase)
        && !(a.IsLiteral && b.IsLiteral && a.Definition.Template == b.Definition.Template);

    private static bool Overlap(LimitDraft a, LimitDraft b, RequestSpace space)
    {
        var conditions = new ConditionList();
        var (first, second) = (conditions.Add(a), conditions.Add(b));
        return space.Explore(conditions)?.Any(truth => first.In(truth) && second.In(truth)) ?? false;
    }
}
