namespace OrleansLimiter.Decisions;

// Which replies refuse. The policy decides for a group that does not decide itself.
internal sealed partial class MultiGroupAcquisition
{
    // No group has acquired anything, but the groups that could not be opened do not decide.
    private bool MustAcquireApart(GroupReply[] replies) => AccountBound.IsReached(replies) && !AnyRefusesAtAccountBound(replies);

    private bool AnyRefusesAtAccountBound(GroupReply[] replies)
    {
        for (int i = 0; i < replies.Length; i++)
        {
            if (AccountBound.IsReached(replies[i]) && Has(i, FailureTerms.RefusesAtAccountBound))
            {
                return true;
            }
        }

        return false;
    }

    private bool AnyRefuses(GroupReply[] replies)
    {
        for (int i = 0; i < replies.Length; i++)
        {
            if (Refuses(i, replies[i]))
            {
                return true;
            }
        }

        return false;
    }

    private bool Refuses(int group, in GroupReply reply) =>
        reply.Outcome == GroupOutcome.Refused
        || (reply.Outcome == GroupOutcome.Unavailable
            && Has(group, AccountBound.IsReached(reply) ? FailureTerms.RefusesAtAccountBound : FailureTerms.Denies));

    private bool Has(int group, FailureTerms term) => ((TermsOfGroups is null ? terms : TermsOfGroups[group]) & term) != 0;
}
