namespace OrleansLimiter.Grpc;

/// <summary>Maps decisions to responses. Pure: the time is a parameter.</summary>
internal static class RlsAnswers
{
    private const string ContentType = "Content-Type";

    /// <summary>The response to a request of one descriptor.</summary>
    public static RateLimitResponse Of(RlsPolicy policy, in Decision decision, DateTimeOffset utcNow)
    {
        int reported = Reporting.Of(decision);
        int limit = DescriptorStatuses.LimitOf(decision, reported);
        var response = new RateLimitResponse { OverallCode = DescriptorStatuses.CodeOf(decision.Allowed) };
        response.Statuses.Add(DescriptorStatuses.Of(decision, limit));
        Describe(response, policy, decision, reported, utcNow);
        return response;
    }

    /// <summary>The response to a request of several descriptors.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="decisions">The decisions on the descriptors that the policy knows.</param>
    /// <param name="missing">For each descriptor, whether the policy does not know it.</param>
    /// <param name="utcNow">The time.</param>
    public static RateLimitResponse Of(
        RlsPolicy policy, ReadOnlySpan<Decision> decisions, ReadOnlySpan<bool> missing, DateTimeOffset utcNow)
    {
        bool allowsMissing = policy.OnMissing == RlsMissing.Allow;
        var response = new RateLimitResponse();
        bool allowed = true;
        (int described, int describedLimit, int next) = (-1, -1, 0);
        foreach (bool isMissing in missing)
        {
            if (isMissing)
            {
                allowed &= allowsMissing;
                response.Statuses.Add(DescriptorStatuses.Without(allowsMissing));
                continue;
            }

            ref readonly Decision decision = ref decisions[next];
            allowed &= decision.Allowed;
            int limit = DescriptorStatuses.LimitOf(decision, Reporting.Of(decision));
            response.Statuses.Add(DescriptorStatuses.Of(decision, limit));
            if (described < 0 || IsBetter(decision, limit, decisions[described], describedLimit))
            {
                (described, describedLimit) = (next, limit);
            }

            next++;
        }

        response.OverallCode = DescriptorStatuses.CodeOf(allowed);
        if (described >= 0)
        {
            Describe(response, policy, decisions[described], Reporting.Of(decisions[described]), utcNow);
        }

        return response;
    }

    /// <summary>The response to a request whose domain no policy has.</summary>
    public static RateLimitResponse Without(int descriptors, bool allowed)
    {
        var response = new RateLimitResponse { OverallCode = DescriptorStatuses.CodeOf(allowed) };
        for (int i = 0; i < descriptors; i++)
        {
            response.Statuses.Add(DescriptorStatuses.Without(allowed));
        }

        return response;
    }

    // The headers describe one decision: one that refuses before one that allows, and of these the tightest.
    private static bool IsBetter(in Decision one, int oneLimit, in Decision other, int otherLimit) =>
        one.Allowed != other.Allowed ? !one.Allowed
        : oneLimit >= 0 && (otherLimit < 0 || DescriptorStatuses.IsTighter(one[oneLimit].Reading, other[otherLimit].Reading));

    private static void Describe(RateLimitResponse response, RlsPolicy policy, in Decision decision, int reported, DateTimeOffset utcNow)
    {
        ResponseTemplates templates = policy.Policy.Templates;
        var headers = new HeaderList(response.ResponseHeadersToAdd);
        templates.WriteHeaders(decision, reported, utcNow, ref headers);
        if (FailureHeader.Of(decision.Notes) is { } failure)
        {
            headers.Set(FailureHeader.Name, failure);
        }

        if (decision.Allowed)
        {
            return;
        }

        response.RawBody = policy.StaticBody.IsEmpty
            ? UnsafeByteOperations.UnsafeWrap(templates.DeniedBytes(decision, reported, utcNow))
            : policy.StaticBody;
        if (templates.DeniedContentType is { } type)
        {
            headers.Set(ContentType, type);
        }
    }
}
