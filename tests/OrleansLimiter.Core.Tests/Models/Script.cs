using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Core.Tests.Models;

/// <summary>One step of a script: an operation on a group, or the passing of time.</summary>
internal abstract record Step
{
    /// <summary>Time advances.</summary>
    public sealed record Advance(TimeSpan Span) : Step;

    /// <summary>An acquisition under one of the rules of the script, with an id unless it is anonymous.</summary>
    public sealed record Acquire(int Question, int Cost, bool Anonymous, bool Reserve) : Step;

    /// <summary>An earlier acquisition arrives again, counted from the newest.</summary>
    public sealed record Repeat(int Question, int Back) : Step;

    /// <summary>An earlier acquisition is committed.</summary>
    public sealed record Commit(int Back) : Step;

    /// <summary>An earlier acquisition is canceled.</summary>
    public sealed record Cancel(int Back) : Step;

    /// <summary>The group is read.</summary>
    public sealed record Read(int Question, int Cost) : Step;

    /// <summary>Permits are leased.</summary>
    public sealed record Lease(int Question, int Wanted, TimeSpan Span) : Step;

    /// <summary>Some of the permits of an earlier lease are used, unless it has ended.</summary>
    public sealed record Use(int Back, int Permits) : Step;

    /// <summary>Time advances to the end of an earlier lease plus a span, minus some ticks.</summary>
    public sealed record AdvanceToEnd(int Back, TimeSpan After, int TicksBefore) : Step;

    /// <summary>Acquires a number of eighths of what remains.</summary>
    public sealed record AcquireRest(int Question, int Eighths) : Step;

    /// <summary>An earlier lease is returned.</summary>
    public sealed record EndLease(int Back) : Step;

    /// <summary>Decayed buckets are dropped.</summary>
    public sealed record Trim : Step;

    /// <summary>The group is saved, and continues in a new one.</summary>
    public sealed record Restore : Step;
}

/// <summary>The rules of the operations, and the steps.</summary>
internal sealed record Script(ImmutableArray<GroupRules> Questions, Step[] Steps, int Seed)
{
    public override string ToString() => string.Join('\n', [
        $"seed {Seed}",
        .. Questions.Select((question, i) => $"question {i}: {question.Generation} {string.Join(", ", question.Rules)}"),
        .. Steps.Select(step => step.ToString()),
    ]);
}

/// <summary>Which part leases have in a script.</summary>
internal enum Leasing
{
    /// <summary>No leases.</summary>
    None,

    /// <summary>Leases among all other operations.</summary>
    Beside,

    /// <summary>Leases, acquisitions of all remaining permits, and the times at which leases end.</summary>
    Mostly,
}

/// <summary>Random scripts.</summary>
internal static class Scripts
{
    /// <summary>Runs scripts under the rules that <paramref name="questions"/> generates.</summary>
    public static void Check(
        Gen<ImmutableArray<GroupRules>> questions, Action<Script> play, Leasing leasing = Leasing.None, int scripts = 400)
    {
        Arbitrary<Script> drawn = Arb.From(
            from asked in questions
            from steps in Gen.ArrayOf(leasing switch
            {
                Leasing.None => StepOf(asked),
                Leasing.Beside => Gen.Frequency((1, StepOf(asked)), (2, LeaseStepOf(asked))),
                _ => LeaseStepOf(asked),
            })
            from seed in Gen.Frequency((4, Gen.Choose(0, 3)), (1, Gen.Choose(4, 1_000_000)))
            select new Script(asked, steps, seed),
            Shrink);
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(scripts).WithEndSize(60), Prop.ForAll(drawn, play));
    }

    /// <summary>Always the same one of the rules.</summary>
    public static Gen<ImmutableArray<GroupRules>> One(params Rule[] rules) =>
        Gen.Elements(rules).Select(rule => ImmutableArray.Create(Ask(new(1, 0), ("a", rule))));

    public static GroupRules Ask(Generation generation, params (string Bucket, Rule Rule)[] rules) =>
        new([.. rules.Select(rule => new BucketRule(rule.Bucket, rule.Rule))], generation);

    private static Gen<Step> StepOf(ImmutableArray<GroupRules> questions)
    {
        Rule[] rules = [.. questions.SelectMany(question => question.Rules).Select(asked => asked.Rule)];
        Gen<int> question = Gen.Choose(0, questions.Length - 1);
        Gen<int> back = Gen.Choose(0, 5);
        return Gen.Frequency(
            (4, Spans(rules).Select(Step (span) => new Step.Advance(span))),
            (8, from asked in question
                from cost in Costs(rules)
                from anonymous in Gen.Elements(true, false, false)
                from reserve in Gen.Elements(true, false)
                select (Step)new Step.Acquire(asked, cost, anonymous, reserve && !anonymous)),
            (1, from asked in question from which in back select (Step)new Step.Repeat(asked, which)),
            (1, back.Select(Step (which) => new Step.Commit(which))),
            (3, back.Select(Step (which) => new Step.Cancel(which))),
            (2, from asked in question from cost in Costs(rules) select (Step)new Step.Read(asked, cost)),
            (1, Gen.Constant((Step)new Step.Trim())),
            (1, Gen.Constant((Step)new Step.Restore())));
    }

    private static Gen<Step> LeaseStepOf(ImmutableArray<GroupRules> questions)
    {
        Gen<int> back = Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Choose(1, 3)));
        Gen<TimeSpan> after = Gen.Elements([TimeSpan.Zero, .. questions.SelectMany(question => question.Rules).Select(asked => asked.Rule.Window)]);
        return Gen.Frequency(
            (4, from asked in Gen.Choose(0, questions.Length - 1)
                from eighths in Gen.Elements(1, 4, 8, 8)
                select (Step)new Step.AcquireRest(asked, eighths)),
            (4, from asked in Gen.Choose(0, questions.Length - 1)
                from wanted in Gen.Elements(1, 2, 5, int.MaxValue, int.MaxValue)
                from seconds in Gen.Elements(0.0000001, 0.003, 0.04, 0.14, 0.4, 1)
                select (Step)new Step.Lease(asked, wanted, TimeSpan.FromSeconds(seconds))),
            (4, from which in back from permits in Gen.Elements(1, int.MaxValue, int.MaxValue) select (Step)new Step.Use(which, permits)),
            (4, from which in back from span in after from ticks in Gen.Choose(-1, 1)
                select (Step)new Step.AdvanceToEnd(which, span, ticks)),
            (2, back.Select(Step (which) => new Step.EndLease(which))),
            (1, Gen.Constant((Step)new Step.Restore())));
    }

    private static Gen<TimeSpan> Spans(Rule[] rules) =>
        from window in Gen.Elements(rules).Select(rule => rule.Window.Ticks)
        from span in Gen.Frequency(
            (4, Gen.Elements(0L, 1, 2, window / 63, window / 7, window / 3, window - 1, window, window + 1, 2 * window)),
            (2, Gen.Choose(0, 1_000_000).Select(part => window / 1_000_000 * part + part % 7)),
            (6, Gen.Elements(0.003, 0.04, 0.14, 0.4, 0.9999999, 1).Select(seconds => TimeSpan.FromSeconds(seconds).Ticks)))
        select new TimeSpan(span);

    private static Gen<int> Costs(Rule[] rules) =>
        from capacity in Gen.Elements(rules).Select(rule => rule.Capacity)
        from cost in Gen.Frequency(
            (3, Gen.Choose(1, 3)),
            (3, Gen.Choose(1, Math.Max(1, capacity))),
            (1, Gen.Elements(capacity, capacity / 2, capacity + 1)))
        select Math.Max(1, cost);

    private static IEnumerable<Script> Shrink(Script script)
    {
        for (int length = script.Steps.Length / 2; length > 0; length /= 2)
        {
            for (int from = 0; from + length <= script.Steps.Length; from += length)
            {
                yield return script with { Steps = [.. script.Steps[..from], .. script.Steps[(from + length)..]] };
            }
        }
    }
}
