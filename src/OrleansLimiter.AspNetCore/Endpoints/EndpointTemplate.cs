using System.Text;
using Microsoft.AspNetCore.Routing.Patterns;

namespace OrleansLimiter.AspNetCore;

/// <summary>A route template whose parameters are whole segments, as paths that a policy matches.</summary>
/// <param name="Listed">The path with <c>{0}</c>, <c>{1}</c>… for the parameters. No literal of a policy is equal to them.</param>
/// <param name="Unlisted">The path with an id for each parameter.</param>
/// <param name="Parameters">The names of the parameters.</param>
internal sealed record EndpointTemplate(string Listed, string Unlisted, string[] Parameters)
{
    private const string AnyId = "0";

    /// <summary>Returns the template of an endpoint; null if the path depends on more than the values of its segments.</summary>
    public static EndpointTemplate? Of(Endpoint? endpoint)
    {
        if (endpoint is not RouteEndpoint { RoutePattern.PathSegments: var segments })
        {
            return null;
        }

        (StringBuilder listed, StringBuilder unlisted) = (new(), new());
        List<string> parameters = [];
        foreach (RoutePatternPathSegment segment in segments)
        {
            if (!segment.IsSimple)
            {
                return null;
            }

            switch (segment.Parts[0])
            {
                case RoutePatternLiteralPart literal:
                    listed.Append('/').Append(Uri.EscapeDataString(literal.Content));
                    unlisted.Append('/').Append(Uri.EscapeDataString(literal.Content));
                    break;
                case RoutePatternParameterPart { IsOptional: false, IsCatchAll: false, Default: null } parameter:
                    listed.Append("/{").Append(parameters.Count).Append('}');
                    unlisted.Append('/').Append(AnyId);
                    parameters.Add(parameter.Name);
                    break;
                default:
                    return null;
            }
        }

        return segments.Count == 0 ? new("/", "/", []) : new(listed.ToString(), unlisted.ToString(), [.. parameters]);
    }

    /// <summary>Matches the template with the routes of a policy.</summary>
    /// <returns>The endpoint, and the name of the route value that is its resource; null if the template has no endpoint.</returns>
    public TemplateMatch? Match(Policy policy, string method)
    {
        if (!policy.Endpoints.TryMatch(method, Listed, out EndpointMatch listed, out _))
        {
            return null;
        }

        if (listed.Index >= 0)
        {
            return listed.Resource.Length == 0 ? new(method, listed, null)
                : ParameterIn(listed.Resource) is { } parameter ? new(method, listed, parameter)
                : null;
        }

        return policy.Endpoints.TryMatch(method, Unlisted, out EndpointMatch unlisted, out _) && unlisted.Index < 0
            ? new(method, unlisted, null)
            : null;
    }

    // The resource is a parameter in normal form: braces are escaped. A policy whose resource is at a literal of the template has none.
    private string? ParameterIn(string resource)
    {
        string text = Uri.UnescapeDataString(resource);
        return text is ['{', .. var number, '}'] && int.TryParse(number, out int index) && index < Parameters.Length
            ? Parameters[index]
            : null;
    }
}

/// <summary>The endpoint of a template for a method.</summary>
/// <param name="Method">The method in upper case.</param>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Resource">The name of the route value that is the resource; null if the endpoint has none.</param>
internal sealed record TemplateMatch(string Method, EndpointMatch Endpoint, string? Resource);
