using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OrleansLimiter.AspNetCore;

/// <summary>A policy, or some of its limits, that applies to the requests of an endpoint.</summary>
/// <param name="policy">The policy with the limits that apply.</param>
/// <param name="template">The route template of the endpoint; null to match paths.</param>
/// <param name="tally">Counts the decisions.</param>
internal sealed class EnforcedPolicy(Policy policy, EndpointTemplate? template, PolicyTally tally)
{
    private readonly ConcurrentDictionary<string, TemplateMatch?> _matches = new();
    private TemplateMatch? _recent;

    public Policy Policy { get; } = policy;

    /// <summary>Counts the decisions.</summary>
    public PolicyTally Tally { get; } = tally;

    /// <summary>Whether it is the whole policy.</summary>
    public bool IsWhole { get; init; }

    /// <summary>The cost of a request; null if a delegate computes it, or for the default.</summary>
    public int? Cost { get; init; }

    /// <summary>Computes the cost of a request; null for that of the options.</summary>
    public Func<HttpContext, int>? CostOf { get; init; }

    /// <summary>Finds the endpoint of a request in the policy.</summary>
    public bool TryMatch(HttpContext context, string method, out EndpointMatch endpoint, [NotNullWhen(false)] out string? error)
    {
        if (template is null || MatchOf(method) is not { } match)
        {
            return Policy.Endpoints.TryMatch(method, RequestReader.TargetOf(context), out endpoint, out error);
        }

        (endpoint, error) = (match.Endpoint, null);
        return match.Resource is null || TryReadResource(context, match, out endpoint, out error);
    }

    // An endpoint usually has one method. Methods that callers invent must not fill the memory.
    private TemplateMatch? MatchOf(string method)
    {
        TemplateMatch? recent = Volatile.Read(ref _recent);
        if (recent?.Method == method)
        {
            return recent;
        }

        if (MethodNames.KnownOrOther(method) == MethodNames.Other)
        {
            return null;
        }

        if (!_matches.TryGetValue(method, out TemplateMatch? match))
        {
            _matches[method] = match = template!.Match(Policy, method);
        }

        if (match is not null)
        {
            Volatile.Write(ref _recent, match);
        }

        return match;
    }

    // A route value is decoded, except for slashes.
    private bool TryReadResource(
        HttpContext context, TemplateMatch match, out EndpointMatch endpoint, [NotNullWhen(false)] out string? error)
    {
        string value = Convert.ToString(context.Request.RouteValues[match.Resource!], CultureInfo.InvariantCulture) ?? "";
        string segment = Uri.EscapeDataString(value);
        if (!ReferenceEquals(segment, value) && segment.Contains("%252F", StringComparison.OrdinalIgnoreCase))
        {
            segment = segment.Replace("%252F", "%2F", StringComparison.OrdinalIgnoreCase);
        }

        return Policy.Endpoints.TryByName(match.Endpoint.Name, segment, out endpoint, out error);
    }
}
