using System.Diagnostics.CodeAnalysis;
using System.Net;
using OrleansLimiter.Policies.Files;

namespace OrleansLimiter.Policies.Identity;

/// <summary>
/// Reads the account from the first of a policy's sources that is present. One that is present but wrong is a fault and
/// never passed over for the next: its owner would be limited as somebody else.
/// </summary>
internal sealed class AccountReader(PolicyDefinition policy)
{
    private const string AccountField = "account";
    private const string IpField = "ip";

    /// <summary>Reads a plain HTTP request.</summary>
    public bool TryRead<THeaders>(
        THeaders headers, IPAddress? ip, out Account account, [NotNullWhen(false)] out string? fault)
        where THeaders : struct, IHeaderReader
    {
        (account, fault) = (default, null);
        foreach (AccountSource source in policy.Account)
        {
            if (source.Header is null && ip is not null)
            {
                account = IpAccount.From(ip);
                return true;
            }

            if (source.Header is not null && headers.TryGet(source.Header, out string? name))
            {
                fault = name is null ? IHeaderReader.MoreThanOnce : AccountNames.Fault(name);
                fault = fault is null ? null : $"the header {source.Header}: {fault}";
                account = fault is null ? new(AccountKind.Id, name!) : default;
                return fault is null;
            }
        }

        string[] missing = [.. policy.Account.Select(source => source.Header is null ? "the caller's address is not known" : $"the header {source.Header} is missing")];
        fault = $"the policy '{policy.Name}' finds no account: {string.Join(", and ", missing)}";
        return false;
    }

    /// <summary>Reads the body of a check, in which <c>account</c> stands for every header and <c>ip</c> for the caller's address.</summary>
    public bool TryRead(
        string? name,
        string? ip,
        out Account account,
        [NotNullWhen(false)] out string? fault,
        [NotNullWhen(false)] out string? faultField)
    {
        (account, fault, faultField) = (default, null, null);
        foreach (AccountSource source in policy.Account)
        {
            if (source.Header is null && ip is not null)
            {
                bool isAddress = IpAccount.TryParse(ip, out account);
                fault = isAddress ? null : "ip: it is no address; give four decimal numbers such as 203.0.113.7, or IPv6";
                faultField = isAddress ? null : IpField;
                return isAddress;
            }

            if (source.Header is not null && name is not null)
            {
                fault = AccountNames.Fault(name) is { } wrong ? $"account: {wrong}" : null;
                faultField = fault is null ? null : AccountField;
                account = fault is null ? new(AccountKind.Id, name) : default;
                return fault is null;
            }
        }

        string[] fields = [.. policy.Account.Select(source => source.Header is null ? IpField : AccountField).Distinct()];
        fault = $"the policy '{policy.Name}' finds no account; give {string.Join(" or ", fields)}";
        faultField = fields[0];
        return false;
    }
}
