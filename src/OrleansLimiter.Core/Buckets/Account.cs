namespace OrleansLimiter;

/// <summary>The kinds of accounts. Accounts of two kinds are different accounts, even with the same name.</summary>
public enum AccountKind : byte
{
    /// <summary>A merchant, company or user, by the id that the API gave it.</summary>
    Id = 1,

    /// <summary>An unauthenticated caller, by address: IPv4 whole; IPv6 by its /64, or by the IPv4 address in it.</summary>
    Ip = 2,
}

/// <summary>The words for kinds of accounts.</summary>
public static class AccountKinds
{
    /// <summary>The words in policy files, JSON, the query <c>?kind=</c> and the keys of grains.</summary>
    public static WordTable<AccountKind> Words { get; } = new(("id", AccountKind.Id), ("ip", AccountKind.Ip));
}

/// <summary>The account that is limited.</summary>
/// <param name="Kind">The kind of the name.</param>
/// <param name="Name">The name; for <see cref="AccountKind.Ip"/> the canonical text of the address or /64 prefix.</param>
public readonly record struct Account(AccountKind Kind, string Name);
