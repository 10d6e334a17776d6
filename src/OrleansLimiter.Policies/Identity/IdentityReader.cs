using System.Diagnostics.CodeAnalysis;
using System.Net;
using OrleansLimiter.Policies.Files;

namespace OrleansLimiter.Policies.Identity;

/// <summary>Reads who is asking, by what a policy says about it. Compiled once, shared by all requests.</summary>
/// <param name="policy">A valid policy.</param>
public sealed class IdentityReader(PolicyDefinition policy)
{
    /// <summary>Reads a plain HTTP request.</summary>
    /// <param name="headers">Its headers.</param>
    /// <param name="ip">The caller's address, behind the proxies that are trusted; null where it is not known.</param>
    /// <param name="identity">Who asks.</param>
    /// <param name="fault">What is wrong with the request, in one sentence; null where nothing is.</param>
    public bool TryRead<THeaders>(
        THeaders headers, IPAddress? ip, out RequestIdentity identity, [NotNullWhen(false)] out string? fault)
        where THeaders : struct, IHeaderReader => throw new NotImplementedException(policy.Name);

    /// <summary>Reads the body of a check.</summary>
    /// <param name="account">Its field <c>account</c>; null where it has none.</param>
    /// <param name="ip">Its field <c>ip</c>, read only where the account comes from it.</param>
    /// <param name="mode">Its field <c>mode</c>: the attribute of that name.</param>
    /// <param name="attributes">Its field <c>attributes</c>; a null value is an absent one.</param>
    /// <param name="identity">Who asks.</param>
    /// <param name="fault">What is wrong with the body, in one sentence; null where nothing is.</param>
    /// <param name="faultField">The field that is at fault: <c>account</c>, <c>ip</c>, <c>mode</c>, <c>attributes</c> or <c>attributes.NAME</c>.</param>
    public bool TryRead(
        string? account,
        string? ip,
        string? mode,
        IReadOnlyDictionary<string, string>? attributes,
        out RequestIdentity identity,
        [NotNullWhen(false)] out string? fault,
        [NotNullWhen(false)] out string? faultField) => throw new NotImplementedException(policy.Name);
}
