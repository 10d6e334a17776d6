using Microsoft.AspNetCore.Http;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http;

/// <summary>Which overrides a list shows: those that meet every condition that is given.</summary>
internal sealed class OverrideFilter
{
    /// <summary>The parameter that names the policy.</summary>
    public const string PolicyParameter = "policy";

    /// <summary>The parameter that names the limit.</summary>
    public const string LimitParameter = "limit";

    /// <summary>The parameter that says how the account's name begins.</summary>
    public const string AccountParameter = "account-prefix";

    /// <summary>The parameter that says before which moment the override lapses.</summary>
    public const string LapsingParameter = "lapsing-before";

    private string? _policy;
    private string? _limit;
    private string? _accountPrefix;
    private DateTimeOffset? _lapsingBefore;

    public static Problem? Read(HttpContext context, out OverrideFilter filter)
    {
        filter = new();
        return Query.Text(context, PolicyParameter, PolicyNames.ValidatePolicy, out filter._policy)
            ?? Query.Text(context, LimitParameter, PolicyNames.ValidateLimit, out filter._limit)
            // Unlike a whole name, its beginning may end with a space.
            ?? Query.Text(context, AccountParameter, prefix => AccountNames.Validate(prefix.TrimEnd(' ')), out filter._accountPrefix)
            ?? Query.Moment(context, LapsingParameter, out filter._lapsingBefore);
    }

    public bool Holds(Override entry) =>
        (_policy is null || entry.Policy == _policy)
        && (_limit is null || entry.Limit == _limit)
        && (_accountPrefix is null || entry.Account.Name.StartsWith(_accountPrefix, StringComparison.Ordinal))
        && (_lapsingBefore is null || entry.Until < _lapsingBefore);
}
