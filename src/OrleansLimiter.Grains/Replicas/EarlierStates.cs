namespace OrleansLimiter.Grains;

/// <summary>
/// What a silo had kept of groups whose holder has left, and returned when the next holder has sent them. A group that could not find its
/// replica in time counts what it has missed.
/// </summary>
internal static class EarlierStates
{
    /// <summary>Merges the states into their groups, which are among those that were sent.</summary>
    public static void Merge(byte[] frame, List<SentGroup> sent, LivingGroups living, ReplicaCounters counters, SiloAddress self)
    {
        var groups = sent.DistinctBy(group => group.Grain)
            .ToDictionary(group => Convert.ToHexString(ReplicaSender.NameOf(group.Grain)), group => group.Grain);
        var reader = new ReplicaFrameReader(frame);
        while (reader.TryRead(out ReplicaRecord record))
        {
            if (!groups.TryGetValue(Convert.ToHexString(record.Group), out GroupGrain? grain) || !grain.Group.IsLiving)
            {
                continue;
            }

            try
            {
                Instant savedAt = new(living.Clock.Now.Ticks - record.Age.Ticks);
                grain.Group.TryMerge(
                    record.State.ToArray(), savedAt, (record.Flags & ReplicaFlags.CountsForAccount) != 0, living);
            }
            catch (FormatException error)
            {
                counters.OnRefused(self.ToParsableString(), $"a state of a bucket group cannot be read: {error.Message}");
            }
        }
    }
}
