namespace OrleansLimiter.Policies;

/// <summary>Finds limits that never apply, cases that are never reached, and requests for which a limit has no case.</summary>
internal sealed class CaseCheck(Combinations combinations, UnlimitedDraft unlimited, PolicyErrorList errors)
{
    /// <summary>Checks one limit and returns false if it never applies.</summary>
    public bool Run(LimitDraft limit)
    {
        var conditions = new ConditionList();
        var applies = conditions.Add(limit);
        int[] cases = [.. limit.Cases.Select(limitCase => conditions.Add(limitCase.When))];
        if (!limit.IsValid || combinations.Explore(conditions) is not { } exploration)
        {
            return true;
        }

        var possible = new bool[cases.Length]; // A request matches the case.
        var compatible = new bool[cases.Length]; // A request matches the limit and the case.
        var reached = new bool[cases.Length]; // The case is the first for a request of the limit.
        bool everApplies = false;
        bool hasGap = false;
        exploration.ForEach(truth =>
        {
            bool isLimited = applies.In(truth);
            for (int i = 0; i < cases.Length; i++)
            {
                possible[i] |= truth[cases[i]];
                compatible[i] |= isLimited && truth[cases[i]];
            }

            int first = truth.First(cases);
            everApplies |= isLimited;
            hasGap |= isLimited && first < 0;
            if (isLimited && first >= 0)
            {
                reached[first] = true;
            }
        });
        if (!everApplies)
        {
            string key = limit.Unless is null ? "'when'" : "'when' and not its 'unless'";
            errors.Add(limit.At, $"the limit '{limit.Name}' never applies: no request matches its {key}");
            return false;
        }

        for (int i = 0; i < cases.Length; i++)
        {
            if (!reached[i])
            {
                errors.Add(limit.Cases[i].At, $"this case is never reached: {Reason(limit, i, possible[i], compatible[i])}");
            }
        }

        if (hasGap && unlimited.IsValid)
        {
            ReportGaps(limit);
        }

        return true;
    }

    private static string Reason(LimitDraft limit, int index, bool isPossible, bool isCompatible)
    {
        var all = limit.Cases.Take(index).FirstOrDefault(limitCase => limitCase.When.Terms.IsEmpty);
        return !isPossible ? "no request matches its 'when'"
            : !isCompatible ? $"its 'when' contradicts that of the limit '{limit.Name}'"
            : all is not null ? $"the case in line {all.At.Line} has no 'when' and matches every request"
            : "the cases before it match all its requests";
    }

    private void ReportGaps(LimitDraft limit)
    {
        var conditions = new ConditionList();
        var applies = conditions.Add(limit);
        int[] covered =
        [
            .. limit.Cases.Select(limitCase => conditions.Add(limitCase.When)),
            .. unlimited.Entries.Select(entry => conditions.Add(entry.When)),
        ];
        combinations.Explore(conditions)?.Report(
            truth => applies.In(truth) && truth.First(covered) < 0,
            limit.At,
            $"the limit '{limit.Name}' has no case for",
            "add a case without 'when' at the end, narrow the limit's 'when', or declare them under 'unlimited'",
            errors);
    }
}
