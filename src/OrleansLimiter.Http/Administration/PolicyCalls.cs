namespace OrleansLimiter.Http;

/// <summary><c>GET /v1/policies</c>; <c>GET</c> and <c>DELETE /v1/policies/{policy}</c>.</summary>
internal sealed class PolicyCalls(PolicyCatalog catalog, PolicyWatcher watcher)
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
            : Unknown(name);
    }

    public async Task<Problem?> DeleteAsync(HttpContext context)
    {
        if (RawRoute.Read(context, out IReadOnlyDictionary<string, string> route) is { } problem)
        {
            return problem;
        }

        string name = route["policy"];
        if (watcher.Remove(name))
        {
            return await ResponseJsonContext.SendAsync(context, new(name), ResponseJsonContext.Default.RemovedPolicyResponse);
        }

        return catalog.Current.Policies.TryGetValue(name, out PolicyEntry? entry)
            ? new(ProblemReason.Policy, $"the policy is in {Quote.Of(entry.File, 1024)}; remove the file first", "policy")
            {
                Status = StatusCodes.Status409Conflict,
            }
            : Unknown(name);
    }

    private Problem Unknown(string name)
    {
        string known = string.Join(", ", catalog.Current.Policies.Keys.Order(StringComparer.Ordinal));
        return new(ProblemReason.Policy, $"there is no policy {Quote.Of(name)}; known are {known}", "policy");
    }
}
