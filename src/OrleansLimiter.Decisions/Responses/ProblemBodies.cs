using System.Diagnostics;
using System.Text;

namespace OrleansLimiter.Decisions;

/// <summary>
/// The bodies of the refusals of a policy as problem details. Types, titles and the member <c>violated-policies</c> are those of
/// draft-ietf-httpapi-ratelimit-headers-10, sections "Problem Types" and "Update HTTP Problem Type registry". The member <c>status</c> is
/// omitted, because a proxy that passes the body on may change the status.
/// </summary>
internal sealed class ProblemBodies
{
    public const string ContentType = "application/problem+json";

    private const string Types = "https://iana.org/assignments/http-problem-types#";

    private static readonly ProblemType QuotaExceeded = new("quota-exceeded", "Quota Exceeded");
    private static readonly ProblemType ReducedCapacity = new("temporary-reduced-capacity", "Temporary Reduced Capacity");
    private static readonly ProblemType AbnormalUsage = new("abnormal-usage-detected", "Abnormal Usage Detected");

    // Of a refusal by one limit, which is the usual one.
    private readonly byte[][] _exceeded;

    private ProblemBodies(PolicyDefinition policy) =>
        _exceeded = [.. policy.Limits.Select(limit => Encoding.UTF8.GetBytes(Text(QuotaExceeded, [limit.Name])))];

    /// <summary>The bodies of a policy; null if it does not have problem details.</summary>
    public static ProblemBodies? Of(PolicyDefinition policy) => policy.Responses.DeniedProblem switch
    {
        ProblemFormat.None => null,
        ProblemFormat.Draft10 => new(policy),
        _ => throw new UnreachableException(),
    };

    /// <summary>The body of a refusal.</summary>
    public static string Text(in Decision decision)
    {
        List<string> violated = [];
        for (int i = 0; i < decision.Count; i++)
        {
            if (Refuses(decision[i]))
            {
                violated.Add(decision[i].Limit.Name);
            }
        }

        return Text(TypeOf(decision), violated);
    }

    /// <summary>The body of a refusal in UTF-8.</summary>
    public ReadOnlyMemory<byte> Bytes(in Decision decision)
    {
        int only = -1;
        for (int i = 0; i < decision.Count; i++)
        {
            if (Refuses(decision[i]))
            {
                only = only < 0 ? i : int.MaxValue;
            }
        }

        return only is >= 0 and < int.MaxValue && TypeOf(decision) == QuotaExceeded
            ? _exceeded[decision[only].Limit.Index]
            : Encoding.UTF8.GetBytes(Text(decision));
    }

    // A limit whose counts are known and which refuses is exceeded, whatever happened to the counts of others. With `on-failure: local`,
    // what is exceeded can be a share of the limit.
    private static ProblemType TypeOf(in Decision decision)
    {
        for (int i = 0; i < decision.Count; i++)
        {
            if (Refuses(decision[i]) && !IsShare(decision, i))
            {
                return QuotaExceeded;
            }
        }

        return (decision.Notes & DecisionNotes.TooManyGroupsOfAccount) != 0
            && decision.Policy.Definition.AccountGroups.Beyond == BeyondAccountGroups.Refuse
                ? AbnormalUsage
                : ReducedCapacity;
    }

    private static bool Refuses(in LimitOutcome outcome) => outcome.IsAvailable && !outcome.Reading.Allowed;

    private static bool IsShare(in Decision decision, int index) =>
        decision.Share < 1 && decision[index].Reading.Limit < decision.Plan!.Limits[index].Rule.Capacity;

    // Names of limits need no escaping in a string of JSON.
    private static string Text(ProblemType type, List<string> violated)
    {
        string names = string.Join(',', violated.Select(name => $"\"{name}\""));
        return $$"""{"type":"{{Types}}{{type.Name}}","title":"{{type.Title}}","violated-policies":[{{names}}]}""";
    }

    private sealed record ProblemType(string Name, string Title);
}
