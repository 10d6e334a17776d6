namespace OrleansLimiter.Http;

/// <summary><c>GET /v1/overrides</c>: a page of the overrides that meet all given conditions.</summary>
internal sealed class OverrideListCall(IOverrides overrides, LimiterClock clock)
{
    /// <summary>The default number of overrides of a page: 100.</summary>
    public const int DefaultPage = 100;

    /// <summary>The maximum number of overrides of a page: 1,000.</summary>
    public const int MaxPage = 1_000;

    // The largest integer that every JSON parser can read exactly.
    private const long MaxAfter = (1L << 53) - 1;

    public async Task<Problem?> GetAsync(HttpContext context)
    {
        (long size, long after) = (0, 0);
        (string? policy, string? limit, string? prefix) = (null, null, null);
        DateTimeOffset? before = null;
        Problem? problem = Query.Number(context, "size", 1, MaxPage, DefaultPage, out size)
            ?? Query.Number(context, "after", 0, MaxAfter, 0, out after)
            ?? Query.Text(context, "policy", PolicyNames.ValidatePolicy, out policy)
            ?? Query.Text(context, "limit", PolicyNames.ValidateLimit, out limit)
            // A prefix may end with a space, which a name may not.
            ?? Query.Text(context, "account-prefix", text => AccountNames.Validate(text.TrimEnd(' ')), out prefix)
            ?? Query.Moment(context, "lapsing-before", out before);
        if (problem is not null)
        {
            return problem;
        }

        OverridePage page = overrides.Current.Page(after, (int)size, clock.UtcNow, entry =>
            (policy is null || entry.Policy == policy)
            && (limit is null || entry.Limit == limit)
            && (prefix is null || entry.Account.Name.StartsWith(prefix, StringComparison.Ordinal))
            && (before is null || entry.Until < before));
        return await ResponseJsonContext.SendAsync(
            context,
            new([.. page.Items.Select(entry => new OverrideResponse(entry))], page.Next),
            ResponseJsonContext.Default.OverridePageResponse);
    }
}
