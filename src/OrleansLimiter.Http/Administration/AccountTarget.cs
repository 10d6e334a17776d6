using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using OrleansLimiter.Policies.Identity;

namespace OrleansLimiter.Http;

/// <summary>The account that a path and <c>?kind=</c> speak of.</summary>
internal static class AccountTarget
{
    private const string Prefix = "/64";

    private static readonly string Kinds = string.Join(" or ", AccountKinds.Words.Words);

    public static Problem? Read(HttpContext context, string name, out Account account)
    {
        account = default;
        AccountKind kind = AccountKinds.Words.First;
        if ((string?)context.Request.Query["kind"] is { } word && !AccountKinds.Words.TryGet(word, out kind))
        {
            return Problem.BadField("kind", $"kind is {Quote.Of(word)}; it must be {Kinds}");
        }

        switch (kind)
        {
            case AccountKind.Id:
                account = new(kind, name);
                return AccountNames.Fault(name) is { } fault ? Problem.BadField("account", $"account: {fault}") : null;
            case AccountKind.Ip:
                // As it is shown: an IPv6 account is a network. Any address of it finds it.
                return IpAccount.TryParse(name.EndsWith(Prefix, StringComparison.Ordinal) ? name[..^Prefix.Length] : name, out account)
                    ? null
                    : Problem.BadField("account", $"account: {Quote.Of(name)} is not an IP address, which ?kind=ip asks for");
            default:
                throw new UnreachableException();
        }
    }
}
