namespace OrleansLimiter.Http;

/// <summary><c>GET /v1/accounts/{account}</c> and <c>DELETE /v1/accounts/{account}/usage</c>.</summary>
internal sealed partial class AccountCalls(IBucketStore groups, IOverrides overrides, LimiterClock clock, ILogger<AccountCalls> log)
{
    public async Task<Problem?> GetAsync(HttpContext context)
    {
        if (AccountTarget.Read(context, out _, out Account account) is { } problem)
        {
            return problem;
        }

        IReadOnlyList<BucketUsage> usage;
        try
        {
            usage = await groups.UsageAsync(account);
        }
        catch (BucketStoreUnavailableException exception)
        {
            return Unavailable(exception, "the usage of the account would be incomplete");
        }

        var response = new AccountResponse(
            account.Name,
            AccountKinds.Words[account.Kind],
            [.. usage.Select(ResponseMapper.Of)
                .OrderBy(each => each.Policy, StringComparer.Ordinal).ThenBy(each => each.Scope, StringComparer.Ordinal)
                .ThenBy(each => each.Endpoint, StringComparer.Ordinal).ThenBy(each => each.Mode ?? each.Resource, StringComparer.Ordinal)
                .ThenBy(each => each.Name, StringComparer.Ordinal)],
            [.. overrides.Current.ForAccount(account, clock.UtcNow).Select(entry => new OverrideResponse(entry))]);
        return await ResponseJsonContext.SendAsync(context, response, ResponseJsonContext.Default.AccountResponse);
    }

    public async Task<Problem?> ResetAsync(HttpContext context)
    {
        if (AccountTarget.Read(context, out _, out Account account) is { } problem)
        {
            return problem;
        }

        int reset;
        try
        {
            reset = await groups.ResetAsync(account);
        }
        catch (BucketStoreUnavailableException exception)
        {
            return Unavailable(exception, "some groups of the account may have been reset, and repeating the request is safe");
        }

        LogReset(DisplayText.Escape(account.Name), AccountKinds.Words[account.Kind], reset);
        return await ResponseJsonContext.SendAsync(context, new(reset), ResponseJsonContext.Default.ResetResponse);
    }

    private Problem Unavailable(BucketStoreUnavailableException exception, string consequence)
    {
        LogUnavailable(exception);
        return new(ProblemReason.Unavailable, $"{exception.Message}; {consequence}");
    }

    [LoggerMessage(20, LogLevel.Information, "The usage of account {Account} ({Kind}) was reset; groups: {Groups}")]
    private partial void LogReset(string account, string kind, int groups);

    [LoggerMessage(24, LogLevel.Warning, "Not all groups of an account replied")]
    private partial void LogUnavailable(Exception exception);
}
