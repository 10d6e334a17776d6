namespace OrleansLimiter;

/// <summary>
/// The port to where groups live, and the only place where engines differ. Each call is one step of one group:
/// no caller ever sees half of it. No decision's call throws for an outage: the reply says
/// <see cref="GroupOutcome.Unavailable"/>.
/// </summary>
public interface IGroups
{
    /// <summary>
    /// Whether every call is over when it returns, so that no answer can come late or be lost. Takes of one group need no
    /// id then. Default: false.
    /// </summary>
    bool AnswersAtOnce => false;

    /// <summary>Takes <paramref name="cost"/> permits from every bucket that the rules name, or from none.</summary>
    /// <param name="key">The group.</param>
    /// <param name="rules">What each bucket enforces.</param>
    /// <param name="cost">Permits, 1 or more.</param>
    /// <param name="id">The take's name: the same again is the same take. <see cref="TakeId.None"/> where it will not be repeated.</param>
    /// <param name="hold">
    /// Whether other groups must still agree. A held take counts at once, and is final when confirmed or after
    /// <see cref="Group.HoldBound"/>; it needs an id.
    /// </param>
    ValueTask<GroupReply> TakeAsync(GroupKey key, GroupRules rules, int cost, TakeId id, bool hold);

    /// <summary>
    /// Takes at once where there is one rule and its answer is at hand: like <see cref="TakeAsync"/> without id and
    /// hold, and without what a task and a reply cost. An engine that must ask elsewhere leaves it as it is.
    /// </summary>
    /// <param name="key">The group.</param>
    /// <param name="rules">What each bucket enforces.</param>
    /// <param name="cost">Permits, 1 or more.</param>
    /// <param name="reading">The answer, with nothing to note; of no meaning where there is none.</param>
    /// <returns>Whether there is an answer. If not, nothing was taken: ask <see cref="TakeAsync"/>.</returns>
    bool TryTake(in GroupKey key, GroupRules rules, int cost, out Reading reading)
    {
        reading = default;
        return false;
    }

    /// <summary>Makes a held take final. Nothing for an id that the group does not know.</summary>
    ValueTask ConfirmAsync(GroupKey key, TakeId id);

    /// <summary>
    /// Undoes a take as if it had never happened, as far as time has not moved on, and reads the buckets after it.
    /// Nothing for an id that the group does not know; twice is once.
    /// </summary>
    /// <param name="key">The group.</param>
    /// <param name="rules">What to read.</param>
    /// <param name="cost">The cost that the reading speaks of.</param>
    /// <param name="id">The take.</param>
    ValueTask<GroupReply> ReturnAsync(GroupKey key, GroupRules rules, int cost, TakeId id);

    /// <summary>Reads without taking; a group that does not live is not brought to life.</summary>
    ValueTask<GroupReply> ReadAsync(GroupKey key, GroupRules rules, int cost);

    /// <summary>Every living bucket of an account that still remembers something, under all policies. For administration.</summary>
    /// <exception cref="GroupsUnavailableException">Not all of them could be asked.</exception>
    ValueTask<IReadOnlyList<BucketUsage>> UsageAsync(Account account);

    /// <summary>Forgets everything that an account has consumed; the number of groups that were reset. For administration.</summary>
    /// <exception cref="GroupsUnavailableException">Not all of them could be asked; some may be reset. Doing it again is safe.</exception>
    ValueTask<int> ResetAsync(Account account);
}
