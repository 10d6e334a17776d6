using System.Diagnostics;

namespace OrleansLimiter.Policies;

/// <summary>The kinds of sources of an account.</summary>
public enum AccountSourceKind
{
    /// <summary>A header, written <c>header:Name</c>.</summary>
    Header,
    /// <summary>The caller's address, written <c>ip</c>. Every request has one.</summary>
    Ip,
}

/// <summary>A source of an account.</summary>
/// <param name="Kind">The kind of the source.</param>
/// <param name="Name">The name of the header; empty for <see cref="AccountSourceKind.Ip"/>.</param>
public sealed record AccountSource(AccountSourceKind Kind, string Name)
{
    /// <summary>The words for the kinds; <c>:</c> and the name follow a word if there is a name.</summary>
    public static WordTable<AccountSourceKind> Words { get; } = new(("header", AccountSourceKind.Header), ("ip", AccountSourceKind.Ip));

    /// <summary>The caller's address.</summary>
    public static AccountSource Ip { get; } = new(AccountSourceKind.Ip, "");

    /// <summary>Returns the source that reads a header.</summary>
    public static AccountSource Header(string name) => new(AccountSourceKind.Header, name);

    /// <summary>Returns the form of policy files: <c>header:X-Account-Id</c> or <c>ip</c>.</summary>
    public override string ToString() => Name.Length == 0 ? Words[Kind] : $"{Words[Kind]}:{Name}";
}

/// <summary>How an account, address or attribute with an empty value is handled.</summary>
public enum EmptyValues
{
    /// <summary>It is absent: the account is read from the next source, and an attribute has its default.</summary>
    Absent,
    /// <summary>It is an error: the request is refused.</summary>
    Refuse,
}

/// <summary>Applies <see cref="EmptyValues"/>.</summary>
internal static class EmptyValuesExtensions
{
    /// <summary>Whether a value counts as sent. A value of white space is empty.</summary>
    public static bool IsGiven(this EmptyValues empty, [NotNullWhen(true)] string? value) => value is not null && empty switch
    {
        EmptyValues.Absent => !string.IsNullOrWhiteSpace(value),
        EmptyValues.Refuse => true,
        _ => throw new UnreachableException(),
    };
}

/// <summary>An attribute of a request.</summary>
/// <param name="Name">The name in conditions, <c>key:</c> and the body of a check.</param>
/// <param name="Header">The header that contains it; null if only the body of a check can contain it.</param>
/// <param name="OneOf">The known values; empty if any value is valid.</param>
/// <param name="Default">The value of a request without a value or, with <paramref name="OneOf"/>, with an unknown value.</param>
public sealed record AttributeDefinition(string Name, string? Header, ImmutableArray<string> OneOf, string Default)
{
    /// <summary>The name of the attribute that separates endpoint groups, in policies that declare it.</summary>
    public const string Mode = "mode";

    /// <summary>Whether the attribute has only known values.</summary>
    public bool IsClosed => !OneOf.IsEmpty;
}
