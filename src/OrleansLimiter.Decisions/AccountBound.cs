namespace OrleansLimiter.Decisions;

/// <summary>Replies of groups that could not be opened, because their account has its maximum number of living groups.</summary>
internal static class AccountBound
{
    /// <summary>Whether a group could not be opened. It has acquired nothing.</summary>
    public static bool IsReached(in GroupReply reply) => (reply.Notes & GroupNotes.TooManyGroupsOfAccount) != 0;

    /// <summary>Whether one of the groups could not be opened. After a joint acquisition, no group has acquired anything.</summary>
    public static bool IsReached(ReadOnlySpan<GroupReply> replies)
    {
        foreach (ref readonly GroupReply reply in replies)
        {
            if (IsReached(reply))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What the policy decides for groups of a request that do not decide themselves.</summary>
    public static FailureTerms TermsOf(Policy policy, in LimitRequest request) =>
        (policy.Definition.OnFailure.Kind == OnFailureKind.Deny ? FailureTerms.Denies : FailureTerms.None)
        | (Refuses(policy, request) ? FailureTerms.RefusesAtAccountBound : FailureTerms.None);

    /// <summary>
    /// Whether a request at the bound is refused, or decided by other groups. In both cases its own groups acquire nothing.
    /// </summary>
    public static bool Refuses(Policy policy, in LimitRequest request) =>
        policy.HasOwnGroups(request.Endpoint) || policy.Definition.AccountGroups.Beyond == BeyondAccountGroups.Refuse;
}
