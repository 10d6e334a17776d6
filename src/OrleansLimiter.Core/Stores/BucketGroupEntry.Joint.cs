namespace OrleansLimiter;

// A joint acquisition takes the locks of all groups of a request, decides all buckets, and changes all or none. Locks are taken in
// the order of the groups' scopes, so two requests never wait for each other's locks: a request has at most one group of a scope. Several
// requests together can have more; within a scope, all who take locks of the same groups use one order.
public partial class BucketGroupEntry
{
    /// <summary>
    /// The fast path of a joint acquisition: every group is living, enforces these rules already, and remembers no acquisitions, and the
    /// groups may decide now. It does not allocate.
    /// </summary>
    /// <param name="groups">The groups, in the order of their scopes; no group twice.</param>
    /// <param name="rules">The rules of each group.</param>
    /// <param name="cost">The number of permits, 1 or more; not used for rules that have costs.</param>
    /// <param name="living">The bound that the groups count against.</param>
    /// <param name="readings">Receives one reading for each rule, group after group. The length is the number of rules.</param>
    /// <param name="allowed">Whether all buckets admitted the cost. If not, no permits were acquired.</param>
    /// <param name="order">The order of the locks: indices of groups. Empty for the order of <paramref name="groups"/>.</param>
    /// <returns>Whether the fast path applied. If not, nothing was acquired: call <see cref="TryExecuteJoint"/>.</returns>
    internal static bool TryAcquireJoint(
        ReadOnlySpan<BucketGroupEntry> groups, ReadOnlySpan<GroupRules> rules, int cost, LivingGroups living,
        Span<Reading> readings, out bool allowed, ReadOnlySpan<int> order = default)
    {
        var joint = new FastAcquisition
        {
            Groups = groups,
            Rules = rules,
            Readings = readings,
            Cost = cost,
            Living = living,
            Order = order,
        };
        bool applied = joint.Lock(0);
        allowed = joint.Allowed;
        return applied;
    }

    /// <summary>Executes an acquisition in all groups or in none. The first allowed acquisition makes a group living.</summary>
    /// <param name="groups">The groups, in the order of their scopes; no group twice; at most <see cref="GroupKeys.MaxTogether"/>.</param>
    /// <param name="requests">A valid acquisition for each group, all with the same id and cost. The keys are not used.</param>
    /// <param name="living">The bound that the groups count against.</param>
    /// <param name="replies">
    /// Receives the reply of each group. If one refuses, or cannot be opened because of the bound of its account, nothing is acquired, and
    /// the others reply what they would have admitted. All are unavailable if the groups must not decide now.
    /// </param>
    /// <param name="order">The order of the locks: indices of groups. Empty for the order of <paramref name="groups"/>.</param>
    /// <returns>
    /// False if nothing was executed, because a group has ended, or because the bound on living groups or on the buckets of a group
    /// is reached.
    /// </returns>
    internal static bool TryExecuteJoint(
        ReadOnlySpan<BucketGroupEntry> groups, ReadOnlySpan<GroupRequest> requests, LivingGroups living, Span<GroupReply> replies,
        ReadOnlySpan<int> order = default)
    {
        var joint = new FullAcquisition { Groups = groups, Requests = requests, Living = living, Replies = replies, Order = order };
        return joint.Lock(0);
    }

    /// <summary>Whether the group has ended: it executes no operation any more.</summary>
    internal bool HasEnded => Volatile.Read(ref _due) == Ended;

    private ref struct FastAcquisition
    {
        public required ReadOnlySpan<BucketGroupEntry> Groups;
        public required ReadOnlySpan<GroupRules> Rules;
        public required Span<Reading> Readings;
        public required int Cost;
        public required LivingGroups Living;
        public required ReadOnlySpan<int> Order;
        public bool Allowed;

        public bool Lock(int index)
        {
            if (index == Groups.Length)
            {
                return Acquire();
            }

            int place = Order.IsEmpty ? index : Order[index];
            BucketGroupEntry group = Groups[place];
            lock (group)
            {
                return group.IsLiving && group.IsUnder(Rules[place]) && Lock(index + 1);
            }
        }

        private bool Acquire()
        {
            Instant now = Living.Clock.Now;
            if (Living.IsFenced(now))
            {
                return false;
            }

            Allowed = AllAdmit(now);
            for (int group = 0, reading = 0; group < Groups.Length; group++)
            {
                TimeSpan reset = TimeSpan.Zero;
                for (int i = 0; i < Rules[group].Rules.Length; i++, reading++)
                {
                    ref Reading read = ref Readings[reading];
                    int charged = Rules[group].ChargedAt(i, Cost);
                    if (Allowed && charged > 0)
                    {
                        Groups[group].AcquireAt(i, charged, now, out read);
                        reset = read.Reset > reset ? read.Reset : reset;
                    }
                    else
                    {
                        Groups[group].ReadAt(i, Rules[group].CheckedAt(i, Cost), now, out read);
                    }
                }

                Groups[group].KeepUntil(now + reset);
                Groups[group].Queue(Living.Changes);
            }

            return true;
        }

        private readonly bool AllAdmit(Instant now)
        {
            for (int group = 0; group < Groups.Length; group++)
            {
                for (int i = 0; i < Rules[group].Rules.Length; i++)
                {
                    if (!Groups[group].Admits(i, Rules[group].CheckedAt(i, Cost), now))
                    {
                        return false;
                    }
                }
            }

            return true;
        }
    }

    private ref struct FullAcquisition
    {
        public required ReadOnlySpan<BucketGroupEntry> Groups;
        public required ReadOnlySpan<GroupRequest> Requests;
        public required LivingGroups Living;
        public required Span<GroupReply> Replies;
        public required ReadOnlySpan<int> Order;

        public readonly bool Lock(int index)
        {
            if (index == Groups.Length)
            {
                return Execute();
            }

            BucketGroupEntry group = Groups[Order.IsEmpty ? index : Order[index]];
            lock (group)
            {
                return group._due != Ended && Lock(index + 1);
            }
        }

        private readonly bool Execute()
        {
            Instant now = Living.Clock.Now;
            if (Living.IsFenced(now))
            {
                Replies[..Groups.Length].Fill(Living.Refuse());
                return true;
            }

            bool allowed = true;
            bool atBound = false;
            for (int i = 0; i < Groups.Length; i++)
            {
                Replies[i] = Groups[i].Preview(Requests[i].Operation, now);
                if (Replies[i].Outcome == GroupOutcome.Unavailable)
                {
                    return false;
                }

                allowed &= Replies[i].Outcome == GroupOutcome.Allowed;
                atBound |= IsReadAtBound(i);
            }

            return atBound || (allowed ? Acquire(now) : Refuse(now));
        }

        // A group that is only read replies what an acquisition would.
        private readonly bool IsReadAtBound(int index)
        {
            BucketGroupEntry group = Groups[index];
            BucketOperation operation = Requests[index].Operation;
            bool atBound = !operation.Charges && !group.IsLiving
                && Living.IsAtBound(group._owner as IGroupOwner, operation.MaxAccountGroups);
            Replies[index] = atBound ? GroupReply.Unavailable(GroupNotes.TooManyGroupsOfAccount) : Replies[index];
            return atBound;
        }

        private readonly bool Acquire(Instant now)
        {
            GroupNotes reached = TryOpenAll(now);
            if (reached != GroupNotes.None)
            {
                return reached == GroupNotes.TooManyGroupsOfAccount;
            }

            for (int i = 0; i < Groups.Length; i++)
            {
                Replies[i] = Groups[i].Execute(Requests[i].Operation, now);
                Groups[i].CountBuckets(Living);
                Groups[i].KeepUntilDecayed(Replies[i], now, remembered: Requests[i].Operation.Id != OperationId.None);
                Groups[i].Queue(Living.Changes);
            }

            return true;
        }

        // A group that knows the id may have counted it although another group has forgotten it, for example by a reset.
        private readonly bool Refuse(Instant now)
        {
            for (int i = 0; i < Groups.Length; i++)
            {
                if (Requests[i].Operation.Id != OperationId.None && Replies[i].Outcome == GroupOutcome.Allowed)
                {
                    Replies[i] = Groups[i].Execute(Requests[i].Operation with { Kind = OperationKind.Cancel }, now);
                    Groups[i].Queue(Living.Changes);
                }
            }

            return true;
        }

        private readonly GroupNotes TryOpenAll(Instant now)
        {
            int opened = 0; // a set of groups as bits
            GroupOwners few = default;
            Span<IGroupOwner?> owners = Groups.Length <= GroupKeys.Length ? few : new IGroupOwner?[Groups.Length];
            for (int i = 0; i < Groups.Length; i++)
            {
                if (Groups[i].IsLiving || !Requests[i].Operation.Charges)
                {
                    continue;
                }

                var owner = Groups[i]._owner as IGroupOwner;
                int bytes = Groups[i].BucketBytes;
                GroupNotes reached =
                    Living.TryAddOneOfSeveral(owner, Requests[i].Operation.MaxAccountGroups, ref bytes, out AccountGroups? account);
                if (reached != GroupNotes.None)
                {
                    Close(opened, owners);
                    Replies[i] = GroupReply.Unavailable(reached);
                    return reached;
                }

                Groups[i].Open(account, bytes, now);
                owners[i] = owner;
                opened |= 1 << i;
            }

            return GroupNotes.None;
        }

        private readonly void Close(int opened, ReadOnlySpan<IGroupOwner?> owners)
        {
            for (int i = 0; i < Groups.Length; i++)
            {
                if ((opened >> i & 1) != 0)
                {
                    Living.Remove(Groups[i]._owner as AccountGroups, Groups[i]._bytes, swept: false);
                    Volatile.Write(ref Groups[i]._due, NotLivingYet);
                    Groups[i]._owner = owners[i];
                }
            }
        }
    }
}
