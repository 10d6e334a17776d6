using Microsoft.AspNetCore.Http;
using OrleansLimiter.Policies.Identity;

namespace OrleansLimiter.Http;

/// <summary>The account that a path and <c>?kind=</c> speak of.</summary>
internal static class AccountTarget
{
    public const string Id = "id";
    public const string Ip = "ip";

    private const string Prefix = "/64";

    public static string KindOf(Account account) => account.Kind == AccountKind.Ip ? Ip : Id;

    public static Problem? Read(HttpContext context, string name, out Account account)
    {
        account = default;
        string? kind = context.Request.Query["kind"];
        switch (kind)
        {
            case null or Id:
                account = new(AccountKind.Id, name);
                return AccountNames.Fault(name) is { } fault ? Problem.BadField("account", $"account: {fault}") : null;
            case Ip:
                // As it is shown: an IPv6 account is a network. Any address of it finds it.
                return IpAccount.TryParse(name.EndsWith(Prefix, StringComparison.Ordinal) ? name[..^Prefix.Length] : name, out account)
                    ? null
                    : Problem.BadField("account", $"account: {Quote.Of(name)} is not an IP address, which ?kind=ip asks for");
            default:
                return Problem.BadField("kind", $"kind is {Quote.Of(kind)}; it must be {Id} or {Ip}");
        }
    }
}
