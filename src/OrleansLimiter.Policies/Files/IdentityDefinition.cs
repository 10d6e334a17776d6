using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>Kinds of places where an account may be found.</summary>
public enum AccountSourceKind
{
    /// <summary>A header, written <c>header:Name</c>.</summary>
    Header,

    /// <summary>The caller's address, written <c>ip</c>. Every request has one.</summary>
    Ip,
}

/// <summary>One place where an account may be found.</summary>
/// <param name="Kind">What kind of place.</param>
/// <param name="Name">The name of the header; empty for <see cref="AccountSourceKind.Ip"/>.</param>
public sealed record AccountSource(AccountSourceKind Kind, string Name)
{
    /// <summary>The words for the kinds, before <c>:</c> where there is a name.</summary>
    public static WordTable<AccountSourceKind> Words { get; } = new(("header", AccountSourceKind.Header), ("ip", AccountSourceKind.Ip));

    /// <summary>The caller's address.</summary>
    public static AccountSource Ip { get; } = new(AccountSourceKind.Ip, "");

    /// <summary>A header.</summary>
    /// <param name="name">Its name.</param>
    public static AccountSource Header(string name) => new(AccountSourceKind.Header, name);

    /// <summary>As a policy file writes it: <c>header:X-Account-Id</c> or <c>ip</c>.</summary>
    public override string ToString() => Name.Length == 0 ? Words[Kind] : $"{Words[Kind]}:{Name}";
}

/// <summary>What an account, address or attribute counts as that is sent without a value.</summary>
public enum EmptyValues
{
    /// <summary>As one that is not sent: the account's next source is tried, an attribute has its default.</summary>
    Absent,

    /// <summary>As a mistake: the request is refused.</summary>
    Refuse,
}

/// <summary>An attribute of a request.</summary>
/// <param name="Name">Its name in conditions, <c>key:</c> and the body of a check.</param>
/// <param name="Header">The header that carries it; null: it comes only in the body of a check.</param>
/// <param name="OneOf">The values that are known; empty: any value.</param>
/// <param name="Default">The value of a request that brings none, or (with <paramref name="OneOf"/>) an unknown one.</param>
public sealed record AttributeDefinition(string Name, string? Header, ImmutableArray<string> OneOf, string Default)
{
    /// <summary>The attribute that separates endpoint groups where a policy declares it.</summary>
    public const string Mode = "mode";

    /// <summary>Whether only known values occur.</summary>
    public bool IsClosed => !OneOf.IsEmpty;
}
