namespace OrleansLimiter.Http;

/// <summary><c>GET /v1/policies</c> and <c>GET /v1/policies/{policy}</c>.</summary>
internal sealed class PolicyCalls(PolicyCatalog catalog)
{
    public Task<Problem?> ListAsync(HttpContext context)
    {
        PolicySnapshot current = catalog.Current;
        var response = new PoliciesResponse(
            [.. current.Policies.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => ResponseMapper.Of(pair.Value))],
            [.. current.RefusedFiles.Select(ResponseMapper.Of)]);
        return ResponseJsonContext.SendAsync(context, response, ResponseJsonContext.Default.PoliciesResponse);
    }

    public async Task<Problem?> GetAsync(HttpContext context)
    {
        if (RawRoute.Read(context, out IReadOnlyDictionary<string, string> route) is { } problem)
        {
            return problem;
        }

        string name = route["policy"];
        PolicySnapshot current = catalog.Current;
        return current.Policies.TryGetValue(name, out PolicyEntry? entry)
            ? await ResponseJsonContext.SendAsync(context, ResponseMapper.Of(entry), ResponseJsonContext.Default.PolicyResponse)
            : new(
                ProblemReason.Policy,
                $"there is no policy {Quote.Of(name)}; known are {string.Join(", ", current.Policies.Keys.Order(StringComparer.Ordinal))}",
                "policy");
    }
}
