namespace OrleansLimiter.Policies;

/// <summary>Reads <c>survive:</c>, and warns if the counts of a long window are not kept.</summary>
internal static class SurviveSection
{
    // Counts of shorter windows are not worth keeping: they have decayed before a process has started again.
    private static readonly TimeSpan KeptFrom = TimeSpan.FromSeconds(1);

    // From this window on, a caller gains much if the counts begin again.
    private static readonly TimeSpan LongFrom = TimeSpan.FromHours(1);

    public static Survive Read(Fields fields, string what, ImmutableArray<CaseDraft> cases, PolicyErrorList errors)
    {
        TimeSpan longest = cases.Select(one => one.Rule?.Window).Max() ?? KeptFrom;
        YamlNode? node = fields.Find("survive");
        Survive survive = Values.Choice(node, $"survive of {what}", errors, PolicyWords.Survive)
            ?? (longest < KeptFrom ? Survive.None : Survive.Crash);
        if (survive == Survive.None && longest >= LongFrom)
        {
            errors.Warn(node!.At,
                $"{what} has 'survive: none' and a window of {DurationText.Format(longest)}, so a restart gives every caller all permits "
                + "again; leave 'survive' out to keep the counts");
        }

        return survive;
    }
}
