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
            ? problems.WriteAsync(context, problem)
            : ResponseJsonContext.SendAsync(
                context,
                new PoliciesResponse(
                    [.. current.Policies.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => PolicyResponses.Of(pair.Value))],
                    [.. current.RefusedFiles.Select(PolicyResponses.Of)]),
                ResponseJsonContext.Default.PoliciesResponse);
    }

    public Task GetAsync(HttpContext context)
    {
        if (Query.Check(context) is { } misspelt)
        {
            return problems.WriteAsync(context, misspelt);
        }

        if (!RawRoute.TryRead(context, out var route, out Problem? problem))
        {
            return problems.WriteAsync(context, problem);
        }

        string name = route["policy"];
        PolicySnapshot current = catalog.Current;
        return current.Policies.TryGetValue(name, out PolicyEntry? entry)
            ? ResponseJsonContext.SendAsync(context, PolicyResponses.Of(entry), ResponseJsonContext.Default.PolicyResponse)
            : problems.WriteAsync(context, new(
                ProblemReason.Policy,
                StatusCodes.Status404NotFound,
                $"there is no policy {Quote.Of(name)}; known are {string.Join(", ", current.Policies.Keys.Order(StringComparer.Ordinal))}",
                "policy"));
    }
}
