using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace OrleansLimiter.Policies;

/// <summary>
/// Reads the account from the first source of a policy that is present. A source that is present but invalid is an error. The next
/// source is not tried, because the request would then count for another account.
/// </summary>
internal sealed class AccountReader(PolicyDefinition policy)
{
    private const string AccountField = "account";
    private const string IpField = "ip";

    /// <summary>Reads a plain HTTP request.</summary>
    public bool TryRead<THeaders>(
        THeaders headers, IPAddress? ip, out Account account, [NotNullWhen(false)] out string? error, out string? errorHeader)
        where THeaders : struct, IHeaderReader
    {
        (account, error, errorHeader) = (default, null, null);
        foreach (AccountSource source in policy.Account)
        {
            switch (source.Kind)
            {
                case AccountSourceKind.Ip when ip is not null:
                    account = IpAccount.From(ip);
                    return true;
                case AccountSourceKind.Ip:
                    break;
                case AccountSourceKind.Header:
                    if (!(HeaderValues.TryFind(headers, source.Name, out string? name, out error) ? policy.Empty.IsGiven(name) : error is not null))
                    {
                        break;
                    }

                    error ??= AccountNames.Validate(name!) ?? (name!.Contains(',') ? HeaderValues.Comma : null);
                    if (error is null)
                    {
                        account = new(AccountKind.Id, name!);
                        return true;
                    }

                    (error, errorHeader) = ($"the header {source.Name}: {error}", source.Name);
                    return false;
                default:
                    throw new UnreachableException();
            }
        }

        errorHeader = policy.Account is [{ Kind: AccountSourceKind.Header, Name: var only }] ? only : null;
        error = $"the policy '{policy.Name}' finds no account: {string.Join(", and ", Missing(headers))}";
        return false;
    }

    /// <summary>
    /// Reads the body of a check, in which <c>account</c> stands for every header and <c>ip</c> for the caller's address.
    /// </summary>
    public bool TryRead(
        string? name,
        string? ip,
        out Account account,
        [NotNullWhen(false)] out string? error,
        [NotNullWhen(false)] out string? errorField)
    {
        (account, error, errorField) = (default, null, null);
        foreach (AccountSource source in policy.Account)
        {
            if (FieldOf(source) == IpField && policy.Empty.IsGiven(ip))
            {
                bool isAddress = IpAccount.TryParse(ip, out account);
                error = isAddress ? null : "ip: it is no address; give four decimal numbers such as 203.0.113.7, or IPv6";
                errorField = isAddress ? null : IpField;
                return isAddress;
            }

            if (FieldOf(source) == AccountField && policy.Empty.IsGiven(name))
            {
                error = AccountNames.Validate(name) is { } wrong ? $"account: {wrong}" : null;
                errorField = error is null ? null : AccountField;
                account = error is null ? new(AccountKind.Id, name) : default;
                return error is null;
            }
        }

        (error, errorField) = Missing(name, ip);
        return false;
    }

    private IEnumerable<string> Missing<THeaders>(THeaders headers)
        where THeaders : struct, IHeaderReader =>
        policy.Account.Select(source => source.Kind switch
        {
            AccountSourceKind.Ip => "the caller's address is not known",
            AccountSourceKind.Header when headers.Find(source.Name, out _) == HeaderPresence.Absent => $"the header {source.Name} is missing",
            AccountSourceKind.Header => $"the header {source.Name} is empty",
            _ => throw new UnreachableException(),
        });

    // The field of a check that stands for a source.
    private static string FieldOf(AccountSource source) => source.Kind switch
    {
        AccountSourceKind.Header => AccountField,
        AccountSourceKind.Ip => IpField,
        _ => throw new UnreachableException(),
    };

    private (string Error, string Field) Missing(string? name, string? ip)
    {
        string[] fields = [.. policy.Account.Select(FieldOf).Distinct()];
        string? empty = fields.FirstOrDefault(field => (field == IpField ? ip : name) is not null);
        string found = empty is null ? "" : $": {empty} is empty";
        return ($"the policy '{policy.Name}' finds no account{found}; give {string.Join(" or ", fields)}", empty ?? fields[0]);
    }
}
