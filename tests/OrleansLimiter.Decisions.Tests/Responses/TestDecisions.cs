namespace OrleansLimiter.Decisions.Tests;

/// <summary>Decisions with given readings.</summary>
internal static class TestDecisions
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static LimitDefinition Limit(string name, params HeaderDefinition[] headers) => new()
    {
        Name = name,
        Scope = Scope.Account,
        Cases = [new(Condition.Always, new(Algorithm.RollingWindow, 100, TimeSpan.FromMinutes(1)))],
        Headers = [.. headers],
    };

    public static PolicyDefinition Policy(ResponsesDefinition responses, params LimitDefinition[] limits) => new()
    {
        Name = "front",
        Generation = 1,
        Account = [AccountSource.Ip],
        Attributes = [new(AttributeDefinition.Mode, null, [], "")],
        Limits = [.. limits],
        Responses = responses,
    };

    public static Reading Allowed(
        int limit, int remaining, double resetSeconds = 0, double windowSeconds = 60, double? nextSeconds = null) => new(
        limit, remaining, Span(windowSeconds), Span(nextSeconds ?? resetSeconds), Span(resetSeconds), TimeSpan.Zero, Verdict.Allowed);

    public static Reading Wait(int limit, double retrySeconds, double resetSeconds = 60, int remaining = 0) => new(
        limit, remaining, TimeSpan.FromMinutes(1), Span(retrySeconds), Span(resetSeconds), Span(retrySeconds), Verdict.Wait);

    public static Reading Never(int limit, int remaining, double resetSeconds = 0) => new(
        limit, remaining, TimeSpan.FromMinutes(1), Span(resetSeconds), Span(resetSeconds), TimeSpan.Zero, Verdict.Never);

    /// <summary>A decision with one reading for each limit of the policy; null if its group is unavailable.</summary>
    public static Decision Decision(
        PolicyDefinition definition, Reading?[] readings, string account = "cmp_1", string endpoint = "GET /v1/things", string mode = "",
        DecisionNotes notes = DecisionNotes.None)
    {
        var policy = new Policy(definition);
        var outcomes = readings.Select((reading, i) => new LimitOutcome(policy.Limits[i], reading ?? default, reading is not null)).ToArray();
        var request = new LimitRequest
        {
            Account = new(AccountKind.Id, account),
            Method = "GET",
            Endpoint = new EndpointMatch(-1, endpoint, ""),
            Attributes = [mode],
            Cost = 1,
        };
        bool allowed = outcomes.All(outcome => !outcome.IsAvailable || outcome.Reading.Allowed);
        var plan = new Plan(
            [.. outcomes.Select(outcome => new PlannedLimit(
                outcome.Limit, outcome.Limit.Definition.Cases[0].Rule, BucketName.Of(outcome.Limit.Name), []))],
            new(1, 0));
        return new(policy, request, plan, allowed, notes, outcomes);
    }

    public static Dictionary<string, string> Headers(in Decision decision)
    {
        var sink = new Sink(new(StringComparer.OrdinalIgnoreCase));
        new ResponseTemplates(decision.Policy.Definition).WriteHeaders(decision, Reporting.Of(decision), Now, ref sink);
        return sink.Headers;
    }

    // TimeSpan.FromSeconds truncates, so a tick could be lost.
    private static TimeSpan Span(double seconds) => new((long)Math.Round(seconds * TimeSpan.TicksPerSecond));

    private readonly record struct Sink(Dictionary<string, string> Headers) : IHeaderSink
    {
        public void Set(string name, string value) => Headers[name] = value;
    }
}
