namespace OrleansLimiter;

public sealed partial class BucketGroupEntry
{
    /// <summary>
    /// Ends the group and returns its state, in one step, so that nothing is counted afterwards that the state does not contain.
    /// </summary>
    /// <param name="groups">The bound that the group counts against.</param>
    /// <returns>The state (<see cref="GroupSnapshot"/>) as it is now; null if the group is not living.</returns>
    internal byte[]? TryHandOver(LivingGroups groups)
    {
        lock (this)
        {
            byte[]? state = IsLiving ? GroupSnapshot.Save(this, groups.Clock.Now) : null;
            End(groups, swept: false);
            return state;
        }
    }

    /// <summary>Continues the state of a group that was handed over. The next sweep can end the group if the state has decayed.</summary>
    /// <param name="state">The state.</param>
    /// <param name="savedAt">The moment of the state, on the clock of this process.</param>
    /// <param name="groups">The bound that the group counts against.</param>
    /// <returns>False, without effect, if the group has been used or has ended, or if the bound is reached.</returns>
    /// <exception cref="FormatException">The bytes are damaged, or have an unsupported version.</exception>
    internal bool TryReceive(byte[] state, Instant savedAt, LivingGroups groups)
    {
        lock (this)
        {
            if (_due != NotLivingYet)
            {
                return false;
            }

            GroupSnapshot.Restore(this, state, savedAt);
            return TryOpen(groups, groups.Clock.Now);
        }
    }
}
