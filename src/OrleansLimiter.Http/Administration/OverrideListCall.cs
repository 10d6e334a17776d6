using Microsoft.AspNetCore.Http;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Http;

/// <summary><c>GET /v1/overrides</c>.</summary>
internal sealed class OverrideListCall(IOverrides overrides, LimiterClock clock, Problems problems)
{
    /// <summary>The default number of overrides of one page: 100.</summary>
    public const int DefaultPage = 100;

    /// <summary>The most overrides of one page: 1,000.</summary>
    public const int MaxPage = 1_000;

    // What fits into every reader's numbers of JSON.
    private const long MaxAfter = (1L << 53) - 1;

    private static readonly string[] Parameters =
    [
        "after",
        "size",
        OverrideFilter.PolicyParameter,
        OverrideFilter.LimitParameter,
        OverrideFilter.AccountParameter,
        OverrideFilter.LapsingParameter,
    ];

    public Task GetAsync(HttpContext context)
    {
        long size = 0;
        long after = 0;
        OverrideFilter? filter = null;
        Problem? problem = Query.Check(context, Parameters)
            ?? Query.Number(context, "size", 1, MaxPage, DefaultPage, out size)
            ?? Query.Number(context, "after", 0, MaxAfter, 0, out after)
            ?? OverrideFilter.Read(context, out filter);
        if (problem is not null)
        {
            return problems.WriteAsync(context, problem);
        }

        OverridePage page = overrides.Current.Page(after, (int)size, clock.UtcNow, filter!.Holds);
        return ResponseJsonContext.SendAsync(
            context, new OverridePageResponse([.. page.Items.Select(entry => new OverrideResponse(entry))], page.Next), ResponseJsonContext.Default.OverridePageResponse);
    }
}
