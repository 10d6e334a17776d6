namespace OrleansLimiter.Cluster;

/// <summary>
/// The order in which the groups of a joint acquisition are locked, which is the same for all who lock groups of a silo: by scope, and
/// within a scope by the number in the silo. The groups of one request have different scopes, and are in this order already.
/// </summary>
internal static class LockOrder
{
    /// <summary>Whether the groups must be sorted: two have the same scope. The scopes do not decrease.</summary>
    public static bool IsNeeded(ReadOnlySpan<GroupKey> keys)
    {
        for (int i = 1; i < keys.Length; i++)
        {
            if (keys[i].Scope == keys[i - 1].Scope)
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc cref="IsNeeded(ReadOnlySpan{GroupKey})"/>
    public static bool IsNeeded(ReadOnlySpan<GroupRequest> requests)
    {
        for (int i = 1; i < requests.Length; i++)
        {
            if (requests[i].Key.Scope == requests[i - 1].Key.Scope)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Sorts the groups. There are only a few.</summary>
    /// <param name="groups">The scope and the number of each group.</param>
    /// <param name="order">Receives the indices of the groups in the order of the locks.</param>
    /// <returns>False if a group occurs twice.</returns>
    public static bool TrySort(ReadOnlySpan<(Scope Scope, long Number)> groups, Span<int> order)
    {
        bool distinct = true;
        for (int i = 0; i < groups.Length; i++)
        {
            int place = i;
            for (; place > 0 && groups[order[place - 1]].CompareTo(groups[i]) is >= 0 and int after; place--)
            {
                distinct &= after > 0;
                order[place] = order[place - 1];
            }

            order[place] = i;
        }

        return distinct;
    }
}
