using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http;

/// <summary>
/// The account of a call: the <c>{account}</c> of its path or, where that is <see cref="InQuery"/>, the parameter
/// <c>account</c>; and <c>kind</c>.
/// </summary>
/// <remarks>
/// Clients resolve <c>.</c> and <c>..</c> in a path, encoded ones too, before they send it; a query they leave alone. The
/// segment is no reserved name: without the parameter it is the account of that name.
/// </remarks>
internal static class AccountTarget
{
    /// <summary>What a path has in place of an account that the query names.</summary>
    public const string InQuery = "-";

    private const string Account = "account";
    private const string Kind = "kind";

    /// <summary>The parameters of every call with an account.</summary>
    public static ReadOnlySpan<string> Parameters => Names;

    private static readonly string[] Names = [Account, Kind];

    private static readonly string Kinds = string.Join(" or ", AccountKinds.Words.Words);

    /// <summary>
    /// Why an override of an account would change nothing; null if it would change something. What is kept for such an
    /// account can be shown and removed: older versions counted callers behind NAT64, 6to4 and Teredo by their /64.
    /// </summary>
    public static Problem? Unused(Account account) => account.Kind != AccountKind.Ip || IpAccount.Occurs(account)
        ? null
        : Problem.BadField(Account, $"account: no caller counts as '{account.Name}'; addresses of this network count one by one, so give an address");

    /// <summary>Reads the account.</summary>
    /// <param name="context">The request, whose query is <see cref="Query.Check">checked</see>.</param>
    /// <param name="segment">The <c>{account}</c> of its path.</param>
    /// <param name="account">The account.</param>
    public static Problem? Read(HttpContext context, string segment, out Account account)
    {
        account = default;
        if (Query.Text(context, Account, out string? named) is { } unreadable)
        {
            return unreadable;
        }

        if (named is not null && segment != InQuery)
        {
            return Problem.BadField(
                Account, $"account is given in the query, and the path has {Quote.Of(segment)}; write '{InQuery}' in the path, or leave account out");
        }

        string name = named ?? segment;
        AccountKind kind = AccountKinds.Words.First;
        if ((string?)context.Request.Query[Kind] is { } word && !AccountKinds.Words.TryGet(word, out kind))
        {
            return Problem.BadField(Kind, $"kind is {Quote.Of(word)}; it must be {Kinds}");
        }

        switch (kind)
        {
            case AccountKind.Id:
                account = new(kind, name);
                return AccountNames.Validate(name) is { } error ? Problem.BadField(Account, $"account: {error}") : null;
            case AccountKind.Ip:
                return IpAccount.TryParseName(name, out account)
                    ? null
                    : Problem.BadField(Account, $"account: {Quote.Of(name)} is not an IP address, which ?kind=ip asks for");
            default:
                throw new UnreachableException();
        }
    }
}
