using System.Diagnostics.CodeAnalysis;

namespace OrleansLimiter.AspNetCore;

/// <summary>
/// Where the values come from that policies read from headers. So one policy applies to a proxy, which sends headers, and to an app, which
/// knows the user. The header of the request is ignored if its name is bound.
/// </summary>
public sealed class IdentityBindings
{
    private readonly Dictionary<string, IdentityBinding> _byHeader = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Takes the value from a claim of the authenticated user. A user without the claim, and a request without a user, have no value. Two
    /// different values are an error of the request.
    /// </summary>
    /// <param name="header">The name of the header in the policies; case is ignored.</param>
    /// <param name="claimType">The type of the claim, such as <c>sub</c>.</param>
    /// <returns>This object.</returns>
    public IdentityBindings FromClaim(string header, string claimType)
    {
        ArgumentException.ThrowIfNullOrEmpty(claimType);
        return Add(header, new ClaimBinding(claimType));
    }

    /// <summary>Takes the value from a delegate.</summary>
    /// <param name="header">The name of the header in the policies; case is ignored.</param>
    /// <param name="value">Returns the value; null if the request has none.</param>
    /// <returns>This object.</returns>
    public IdentityBindings From(string header, Func<HttpContext, string?> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Add(header, new DelegateBinding(value));
    }

    internal bool IsEmpty => _byHeader.Count == 0;

    internal bool TryGet(string header, [NotNullWhen(true)] out IdentityBinding? binding) => _byHeader.TryGetValue(header, out binding);

    private IdentityBindings Add(string header, IdentityBinding binding)
    {
        ArgumentException.ThrowIfNullOrEmpty(header);
        _byHeader[header] = binding;
        return this;
    }
}
