namespace OrleansLimiter.Http;

/// <summary>Resolves a check to a request of a policy.</summary>
internal static class CheckResolver
{
    public static Problem? Resolve(in CheckRequest body, ServedSnapshot policies, out ResolvedCheck check)
    {
        check = default;
        if (FindOrOnly(policies, body.Policy, out ServedPolicy? served) is { } unknown)
        {
            return unknown;
        }

        Policy policy = served!.Policy;
        if (!MethodNames.TryNormalize(body.Method ?? HttpMethods.Get, out string? method, out string? error))
        {
            return Problem.BadField("method", error);
        }

        if (Match(policy, method, body, out EndpointMatch endpoint) is { } mismatch)
        {
            return mismatch;
        }

        if (!policy.Identity.TryRead(
            body.Account, body.Ip, body.Mode, body.Attributes, out RequestIdentity identity, out error, out string? field))
        {
            return Problem.BadField(field, error);
        }

        check = ResolvedCheck.Of(served, identity, new()
        {
            Account = identity.Account,
            Method = method,
            Endpoint = endpoint,
            Attributes = identity.Attributes,
            Cost = body.Cost ?? 1,
            Peek = body.Peek ?? false,
        });
        return null;
    }

    /// <summary>Finds a policy by its name.</summary>
    public static Problem? Find(ServedSnapshot policies, ReadOnlySpan<char> name, out ServedPolicy? served)
    {
        served = policies.Find(name);
        return served is not null ? null
            : policies.Names.Length == 0 ? NotFound("no policy is loaded")
            : NotFound($"there is no policy {Quote.Of(name.ToString())}; known are {policies.Names}");
    }

    private static Problem? FindOrOnly(ServedSnapshot policies, string? name, out ServedPolicy? served)
    {
        if (name is not null)
        {
            return Find(policies, name, out served);
        }

        served = policies.Only;
        return served is not null ? null
            : policies.Names.Length == 0 ? NotFound("no policy is loaded")
            : Problem.BadField("policy", $"policy is omitted, and more than one is loaded; give one of {policies.Names}");
    }

    private static Problem NotFound(string detail) => new(ProblemReason.Policy, detail, "policy");

    private static Problem? Match(Policy policy, string method, in CheckRequest body, out EndpointMatch endpoint)
    {
        endpoint = default;
        if (body.Endpoint is not null)
        {
            if (body.Path is not null)
            {
                return Problem.BadField("endpoint", "path and endpoint are both given; give one of them");
            }

            if (policy.Endpoints.TryByName(body.Endpoint, body.Resource, out endpoint, out string? unnamed))
            {
                return null;
            }

            string name = body.Endpoint;
            bool known = name == BuiltIn.Other || policy.Definition.Endpoints.Any(named => named.Name == name);
            return Problem.BadField(known ? "resource" : "endpoint", unnamed);
        }

        if (body.Path is null)
        {
            return Problem.BadField("path", "neither path nor endpoint is given; give one of them");
        }

        if (body.Resource is not null)
        {
            return Problem.BadField("resource", "path and resource are both given; give resource with endpoint only");
        }

        return policy.Endpoints.TryMatch(method, body.Path, out endpoint, out string? error)
            ? null
            : Problem.BadField("path", error);
    }
}
