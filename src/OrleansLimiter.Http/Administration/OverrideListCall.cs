using Microsoft.AspNetCore.Http;
using OrleansLimiter.Policies.Overrides;

namespace OrleansLimiter.Http;

/// <summary><c>GET /v1/overrides</c>.</summary>
internal sealed class OverrideListCall(IOverrides overrides, Problems problems)
{
    /// <summary>Overrides of one page where nobody says how many: 100.</summary>
    public const uint DefaultPage = 100;

    /// <summary>The most overrides of one page: 1,000.</summary>
    public const uint MaxPage = 1_000;

    public Task GetAsync(HttpContext context)
    {
        uint size = 0;
        uint after = 0;
        if ((Query.Check(context, "after", "size") ?? Query.Number(context, "size", 1, MaxPage, DefaultPage, out size)
            ?? Query.Number(context, "after", 0, uint.MaxValue, 0, out after)) is { } problem)
        {
            return problems.AnswerAsync(context, problem);
        }

        OverridePage page = overrides.Current.Page(after, (int)size);
        return AnswerJson.SendAsync(
            context, new OverridePageAnswer([.. page.Items.Select(AnswerMaker.Of)], page.Next), AnswerJson.Default.OverridePageAnswer);
    }
}
