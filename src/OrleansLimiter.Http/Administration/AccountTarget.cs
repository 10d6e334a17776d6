using System.Diagnostics;

namespace OrleansLimiter.Http;

/// <summary>
/// Reads the account of a call: the <c>{account}</c> of the path or, if that is <see cref="InQuery"/>, the parameter <c>account</c>
/// of the query; and the parameter <c>kind</c>.
/// </summary>
/// <remarks>
/// Clients resolve <c>.</c> and <c>..</c> in a path before they send it, also in encoded form, but they do not change a query.
/// Without the parameter, <see cref="InQuery"/> is the name of an account.
/// </remarks>
internal static class AccountTarget
{
    /// <summary>The segment of the path if the account is in the query: <c>-</c>.</summary>
    public const string InQuery = "-";

    private const string Account = "account";
    private const string Kind = "kind";

    private static readonly string Kinds = string.Join(" or ", AccountKinds.Words.Words);

    /// <summary>
    /// Returns a problem if an override of the account would have no effect. Overrides that exist for such an account can be shown
    /// and removed: older versions counted callers behind NAT64, 6to4 and Teredo by their /64.
    /// </summary>
    public static Problem? Unused(Account account) => account.Kind != AccountKind.Ip || IpAccount.Occurs(account)
        ? null
        : Problem.BadField(
            Account, $"account: no caller counts as '{account.Name}'; the addresses of this network count one by one, so give an address");

    /// <summary>Reads the values of the route, and the account.</summary>
    public static Problem? Read(HttpContext context, out IReadOnlyDictionary<string, string> route, out Account account)
    {
        account = default;
        string? named = null;
        if ((RawRoute.Read(context, out route) ?? Query.Decoded(context, Account, out named)) is { } problem)
        {
            return problem;
        }

        string segment = route[Account];
        if (named is not null && segment != InQuery)
        {
            return Problem.BadField(
                Account,
                $"account is given in the query, and the path has {Quote.Of(segment)}; write '{InQuery}' in the path, or omit account");
        }

        AccountKind kind = AccountKinds.Words.First;
        if ((string?)context.Request.Query[Kind] is { } word && !AccountKinds.Words.TryGet(word, out kind))
        {
            return Problem.BadField(Kind, $"kind is {Quote.Of(word)}; it must be {Kinds}");
        }

        string name = named ?? segment;
        switch (kind)
        {
            case AccountKind.Id:
                account = new(kind, name);
                return AccountNames.Validate(name) is { } error ? Problem.BadField(Account, $"account: {error}") : null;
            case AccountKind.Ip:
                return IpAccount.TryParseName(name, out account)
                    ? null
                    : Problem.BadField(Account, $"account: {Quote.Of(name)} is not an IP address, which kind=ip requires");
            default:
                throw new UnreachableException();
        }
    }
}
