using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Http;

/// <summary><c>GET /v1/accounts/{account}</c> and <c>DELETE /v1/accounts/{account}/usage</c>.</summary>
internal sealed partial class AccountCalls(
    IBucketStore groups, IOverrides overrides, LimiterClock clock, Problems problems, ILogger<AccountCalls> log)
{
    public async Task GetAsync(HttpContext context)
    {
        if (Read(context, out Account account) is { } problem)
        {
            await problems.WriteAsync(context, problem);
            return;
        }

        IReadOnlyList<BucketUsage> usage;
        try
        {
            usage = await groups.UsageAsync(account);
        }
        catch (BucketStoreUnavailableException exception)
        {
            await problems.WriteAsync(context, Unavailable(exception, "the usage of this account is not known as a whole"));
            return;
        }

        await ResponseJsonContext.SendAsync(context, new AccountResponse(
            account.Name,
            AccountKinds.Words[account.Kind],
            [.. usage.Select(ResponseMapper.Of)
                .OrderBy(each => each.Policy, StringComparer.Ordinal).ThenBy(each => each.Scope, StringComparer.Ordinal)
                .ThenBy(each => each.Endpoint, StringComparer.Ordinal).ThenBy(each => each.Mode ?? each.Resource, StringComparer.Ordinal)
                .ThenBy(each => each.Name, StringComparer.Ordinal)],
            [.. overrides.Current.ForAccount(account, clock.UtcNow).Select(entry => new OverrideResponse(entry))]), ResponseJsonContext.Default.AccountResponse);
    }

    public async Task ResetAsync(HttpContext context)
    {
        if (Read(context, out Account account) is { } problem)
        {
            await problems.WriteAsync(context, problem);
            return;
        }

        int reset;
        try
        {
            reset = await groups.ResetAsync(account);
        }
        catch (BucketStoreUnavailableException exception)
        {
            await problems.WriteAsync(
                context, Unavailable(exception, "the usage of this account is reset in part at most, and doing it again is safe"));
            return;
        }

        LogReset(account.Name, AccountKinds.Words[account.Kind], reset);
        await ResponseJsonContext.SendAsync(context, new ResetResponse(reset), ResponseJsonContext.Default.ResetResponse);
    }

    private Problem Unavailable(BucketStoreUnavailableException exception, string consequence)
    {
        LogUnavailable(exception);
        return new(
            ProblemReason.Unavailable, StatusCodes.Status503ServiceUnavailable, $"{exception.Message}; {consequence}");
    }

    private static Problem? Read(HttpContext context, out Account account)
    {
        account = default;
        return Query.Check(context, AccountTarget.Parameters) is { } misspelt ? misspelt
            : !RawRoute.TryRead(context, out var route, out Problem? problem) ? problem
            : AccountTarget.Read(context, route["account"], out account);
    }

    [LoggerMessage(20, LogLevel.Information, "The usage of account {Account} ({Kind}) was reset; groups: {Groups}")]
    private partial void LogReset(string account, string kind, int groups);

    [LoggerMessage(24, LogLevel.Warning, "Not all groups of an account replied")]
    private partial void LogUnavailable(Exception exception);
}
