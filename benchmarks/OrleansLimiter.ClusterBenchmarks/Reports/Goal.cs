using System.Text;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A goal, and whether this run reached it.</summary>
internal sealed record Goal(string Measure, string Wanted, string Reached, bool IsReached)
{
    public static IEnumerable<Goal> Of(Comparison run)
    {
        double Rate(string contender, Shape shape, string how) => run.Of(contender, shape, how).PerSecond;
        double OverHttp(string contender, Shape shape) => Rate(contender, shape, Call.Authorize.Name);
        double floor = OverHttp(Server.Floor, Shape.Mix);
        double eval = Rate(DecisionCells.Eval, Shape.Mix, $"{RedisBenchmark.Connections} connections");
        string many = Cell.Callers(1024);

        yield return AtLeastRatio("embedded HTTP decision / Kestrel floor", 0.95, OverHttp(Server.Embedded, Shape.Mix) / floor);
        yield return AtLeastRatio("silo with front-end inside, HTTP / Kestrel floor", 0.90, OverHttp(Server.SiloInside, Shape.Mix) / floor);
        yield return AtLeastRatio(
            "embedded HTTP / ASP.NET Core middleware", 1.1, OverHttp(Server.Embedded, Shape.Mix) / OverHttp(Server.Middleware, Shape.Mix));
        yield return AtLeastRatio(
            "attack traffic, silo with front-end inside / Kestrel floor", 0.95,
            OverHttp(Server.SiloInside, Shape.Attack) / OverHttp(Server.Floor, Shape.Attack));
        yield return AtLeastRatio(
            "in-process decisions on grains, 1,000 keys, 64 callers / Redis `EVAL`", 6, Rate(DecisionCells.Inside, Shape.Mix, Cell.Callers(64)) / eval);
        yield return AtLeastRatio(
            "external client, one silo, 1,000 keys, 1,024 callers / Redis `EVAL`", 4, Rate(DecisionCells.OneSilo, Shape.Mix, many) / eval);
        yield return AtLeastRatio(
            "external client, one silo, one hot key, 1,024 callers / Redis `EVAL`", 20, Rate(DecisionCells.OneSilo, Shape.HotKey, many) / eval);
        yield return AtLeastRatio(
            "the same with `lease: auto` in the policy", 20, Rate(DecisionCells.OneSilo, Shape.Leased, many) / eval);
        yield return AtLeastRatio(
            "batches of 100 over HTTP, embedded, decisions / Redis `EVAL`", 10, Rate(Server.Embedded, Shape.Mix, Call.Batch.Name) / eval);

        Goal Cpu(string measure, double atMost, string contender)
        {
            Measured one = run.Of(contender, Shape.Mix, Call.Authorize.Name);
            Measured two = run.Of(contender, Shape.ByLimits[1], Call.Authorize.Name);
            Goal goal = AtMostRatio($"server CPU of an HTTP request, two limits / one, {measure}", atMost, two.CpuTo(one));
            (double least, double most) = two.CpuToRange(one);
            return goal with { Reached = $"{goal.Reached} ({Numbers.Ratio(least)} to {Numbers.Ratio(most)})" };
        }

        yield return Cpu("silo with front-end inside", 1.05, Server.SiloInside);
        yield return Cpu("both processes of front-end and one silo", 1.15, Server.Clustered(1));

        double p99 = run.HalfPeak.Waits[Server.SiloInside].P99 / run.HalfPeak.Waits[Server.Floor].P99;
        yield return new("p99 at 50 % of the peak rate, silo with front-end inside / floor", "below 2", Numbers.Ratio(p99), p99 < 2);
        double authorize = Math.Max(0, Math.Round(run.Allocations[Call.Authorize].Beyond));
        double check = run.Allocations[Call.Check].Beyond;
        yield return new("allocated beyond the floor, embedded, GET authorize", "0 B", $"{Numbers.Count(authorize)} B", authorize == 0);
        yield return new("allocated beyond the floor, embedded, JSON check", "under 512 B", $"{Numbers.Count(check)} B", check < 512);
    }

    /// <summary>Writes a table of goals.</summary>
    public static void Write(StringBuilder text, IEnumerable<Goal> goals)
    {
        text.AppendLine().AppendLine("## Goals").AppendLine();
        text.AppendLine("| measure | wanted | reached | |").AppendLine("|---|--:|--:|---|");
        foreach (Goal goal in goals)
        {
            text.AppendLine($"| {goal.Measure} | {goal.Wanted} | {goal.Reached} | {(goal.IsReached ? "yes" : "no")} |");
        }
    }

    public static Goal AtLeastRatio(string measure, double atLeast, double reached) =>
        new(measure, FormattableString.Invariant($"at least {atLeast:0.##}"), Numbers.Ratio(reached), reached >= atLeast);

    public static Goal AtMostRatio(string measure, double atMost, double reached) =>
        new(measure, FormattableString.Invariant($"at most {atMost:0.##}"), Numbers.Ratio(reached), reached <= atMost);
}
