using Microsoft.AspNetCore.Http;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Http;

/// <summary><c>GET /v1/policies</c> and <c>GET /v1/policies/{policy}</c>.</summary>
internal sealed class PolicyCalls(PolicyCatalog catalog, Problems problems)
{
    public Task ListAsync(HttpContext context)
    {
        PolicySnapshot current = catalog.Current;
        return Query.Check(context) is { } problem
            ? problems.AnswerAsync(context, problem)
            : AnswerJson.SendAsync(
                context,
                new PoliciesAnswer(
                    [.. current.Policies.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => PolicyAnswers.Of(pair.Value))],
                    [.. current.RefusedFiles.Select(PolicyAnswers.Of)]),
                AnswerJson.Default.PoliciesAnswer);
    }

    public Task GetAsync(HttpContext context)
    {
        if (Query.Check(context) is { } misspelt)
        {
            return problems.AnswerAsync(context, misspelt);
        }

        if (!RawRoute.TryRead(context, out var route, out Problem? problem))
        {
            return problems.AnswerAsync(context, problem);
        }

        string name = route["policy"];
        PolicySnapshot current = catalog.Current;
        return current.Policies.TryGetValue(name, out PolicyEntry? entry)
            ? AnswerJson.SendAsync(context, PolicyAnswers.Of(entry), AnswerJson.Default.PolicyAnswer)
            : problems.AnswerAsync(context, new(
                ProblemReason.Policy,
                StatusCodes.Status404NotFound,
                $"there is no policy {Quote.Of(name)}; known are {string.Join(", ", current.Policies.Keys.Order(StringComparer.Ordinal))}",
                "policy"));
    }
}
