using System.Diagnostics;
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

    /// <summary>Reads the account from the headers and the address of an HTTP request.</summary>
    public bool TryRead<THeaders>(
        THeaders headers, IPAddress? ip, out Account account, [NotNullWhen(false)] out string? error, out string? errorHeader)
        where THeaders : struct, IHeaderReader
    {
        (account, error, errorHeader) = (default, null, null);
        foreach (AccountSource source in policy.Account)
        {
            if (FieldOf(source) == IpField)
            {
                if (ip is not null)
                {
                    account = IpAccount.From(ip);
                    return true;
                }
            }
            else if (HeaderValues.TryFind(headers, source.Name, out string? name, out bool isHeader, out error)
                ? policy.Empty.IsGiven(name)
                : error is not null)
            {
                error ??= AccountNames.Validate(name!) ?? (isHeader && name!.Contains(',') ? HeaderValues.Comma : null);
                if (error is not null)
                {
                    (error, errorHeader) = ($"the header {source.Name}: {error}", source.Name);
                    return false;
                }

                account = new(AccountKind.Id, name!);
                return true;
            }
        }

        errorHeader = policy.Account is [{ Kind: AccountSourceKind.Header, Name: var only }] ? only : null;
        error = $"the policy '{policy.Name}' finds no account: {string.Join(", and ", Missing(headers))}";
        return false;
    }

    /// <summary>Reads the account from the body of a check. <c>account</c> replaces every header, and <c>ip</c> the address.</summary>
    public bool TryRead(
        string? name, string? ip, out Account account, [NotNullWhen(false)] out string? error, [NotNullWhen(false)] out string? errorField)
    {
        (account, error, errorField) = (default, null, null);
        foreach (AccountSource source in policy.Account)
        {
            string field = FieldOf(source);
            string? value = field == IpField ? ip : name;
            if (!policy.Empty.IsGiven(value))
            {
                continue;
            }

            if (field == AccountField)
            {
                account = new(AccountKind.Id, value);
                error = AccountNames.Validate(value);
            }
            else if (!IpAccount.TryParse(value, out account))
            {
                error = "it is not an IP address; give IPv4 as four decimal numbers, such as 203.0.113.7, or IPv6";
            }

            if (error is not null)
            {
                (account, error, errorField) = (default, $"{field}: {error}", field);
                return false;
            }

            return true;
        }

        (error, errorField) = Missing(name, ip);
        return false;
    }

    /// <summary>Whether one of the sources is present.</summary>
    public bool HasAccount(string? name, string? ip)
    {
        foreach (AccountSource source in policy.Account)
        {
            if (policy.Empty.IsGiven(FieldOf(source) == IpField ? ip : name))
            {
                return true;
            }
        }

        return false;
    }

    private IEnumerable<string> Missing<THeaders>(THeaders headers)
        where THeaders : struct, IHeaderReader =>
        policy.Account.Select(source =>
            FieldOf(source) == IpField ? "the caller's address is not known"
            : headers.Find(source.Name, out _) == HeaderPresence.Absent ? $"the header {source.Name} is missing"
            : $"the header {source.Name} is empty");

    // The field of a check that replaces a source.
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
