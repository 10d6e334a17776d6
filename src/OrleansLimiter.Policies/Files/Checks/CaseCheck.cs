namespace OrleansLimiter.Policies;

/// <summary>Finds limits that never apply, cases that are never reached, and requests that a limit has no case for.</summary>
internal sealed class CaseCheck(Combinations combinations, UnlimitedDraft unlimited, PolicyErrorList errors)
{
    /// <summary>Checks one limit.</summary>
    /// <returns>Whether it ever applies, as far as that is known.</returns>
    public bool Run(LimitDraft limit)
    {
        if (!limit.IsSound)
        {
            return true;
        }

        var conditions = new ConditionList();
        var applies = conditions.Add(limit);
        int first = conditions.Count;
        foreach (var one in limit.Cases)
        {
            conditions.Add(one.When);
        }

        if (combinations.Explore(conditions) is not { } exploration)
        {
            return true;
        }

        var seen = new Seen(applies, first, limit.Cases.Length);
        exploration.Any(seen.Note);
        if (!seen.Applies)
        {
            errors.Add(limit.At, $"the limit '{limit.Name}' never applies: no request fits "
                + (limit.Unless is null ? "its 'when'" : "its 'when' and not its 'unless'"));
            return false;
        }

        Unreached(limit, seen);
        if (seen.HasGap)
        {
            Gaps(limit);
        }

        return true;
    }

    private void Unreached(LimitDraft limit, Seen seen)
    {
        for (int i = 0; i < limit.Cases.Length; i++)
        {
            if (seen.Taken[i])
            {
                continue;
            }

            int all = limit.Cases.Take(i).Select(one => one.When.Terms.IsEmpty).ToList().IndexOf(true);
            string why = !seen.Possible[i] ? "no request fits its 'when'"
                : !seen.Fits[i] ? $"its 'when' contradicts that of the limit '{limit.Name}'"
                : all >= 0 ? $"the case in line {limit.Cases[all].At.Line} has no 'when' and takes everything"
                : "the cases before it take all that it matches";
            errors.Add(limit.Cases[i].At, $"this case is never reached: {why}");
        }
    }

    private void Gaps(LimitDraft limit)
    {
        if (!unlimited.IsSound)
        {
            return;
        }

        var conditions = new ConditionList();
        var applies = conditions.Add(limit);
        int first = conditions.Count;
        foreach (var condition in limit.Cases.Select(one => one.When).Concat(unlimited.Entries.Select(entry => entry.When)))
        {
            conditions.Add(condition);
        }

        var gaps = combinations.Explore(conditions)?.Find(truth => applies.In(truth) && !AnyFrom(first, truth, conditions.Count)) ?? [];
        Uncovered.Report(
            limit.At,
            gaps,
            $"the limit '{limit.Name}' has no case for",
            "add a case without 'when' at the end, narrow the limit's 'when', or declare them under 'unlimited'",
            errors);
    }

    private static bool AnyFrom(int first, Truth truth, int count)
    {
        for (int i = first; i < count; i++)
        {
            if (truth[i])
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What was seen on the way through all combinations.</summary>
    private sealed class Seen(Applies applies, int first, int count)
    {
        public bool Applies { get; private set; }

        public bool HasGap { get; private set; }

        /// <summary>Cases whose condition some request fits.</summary>
        public bool[] Possible { get; } = new bool[count];

        /// <summary>Those that some request of the limit fits.</summary>
        public bool[] Fits { get; } = new bool[count];

        /// <summary>Those that are the first for some request of the limit.</summary>
        public bool[] Taken { get; } = new bool[count];

        public bool Note(Truth truth)
        {
            bool fits = applies.In(truth);
            bool taken = false;
            for (int i = 0; i < count; i++)
            {
                if (truth[first + i])
                {
                    Possible[i] = true;
                    Fits[i] |= fits;
                    Taken[i] |= fits && !taken;
                    taken |= fits;
                }
            }

            Applies |= fits;
            HasGap |= fits && !taken;
            return false;
        }
    }
}
