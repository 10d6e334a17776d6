using System.Security.Claims;

namespace OrleansLimiter.AspNetCore;

/// <summary>The source of a value that a policy reads from a header.</summary>
internal abstract class IdentityBinding
{
    /// <summary>What the value is, for error messages.</summary>
    public abstract string Description { get; }

    public abstract HeaderPresence Find(HttpContext context, out string? value);
}

/// <summary>A claim of the authenticated user.</summary>
internal sealed class ClaimBinding(string claimType) : IdentityBinding
{
    public override string Description { get; } = $"the claim {claimType}";

    // Identities of one user can repeat a claim with the same value.
    public override HeaderPresence Find(HttpContext context, out string? value)
    {
        value = null;
        foreach (ClaimsIdentity identity in context.User.Identities)
        {
            if (!identity.IsAuthenticated)
            {
                continue;
            }

            foreach (Claim claim in identity.FindAll(claimType))
            {
                if (value is not null && value != claim.Value)
                {
                    value = null;
                    return HeaderPresence.Repeated;
                }

                value = claim.Value;
            }
        }

        return value is null ? HeaderPresence.Absent : HeaderPresence.Given;
    }
}

/// <summary>A value that the app computes.</summary>
internal sealed class DelegateBinding(Func<HttpContext, string?> read) : IdentityBinding
{
    public override string Description => "the value of the app";

    public override HeaderPresence Find(HttpContext context, out string? value)
    {
        value = read(context);
        return value is null ? HeaderPresence.Absent : HeaderPresence.Given;
    }
}
