using System.Net;

namespace OrleansLimiter.Policies;

/// <summary>Reads the account and the attributes of a request. Compiled once from the policy; all requests share it.</summary>
/// <param name="policy">A valid policy.</param>
public sealed class IdentityReader(PolicyDefinition policy)
{
    private readonly AccountReader _accounts = new(policy);
    private readonly AttributeReader _attributes = new(policy.Attributes, policy.Empty);

    /// <summary>Whether the account can be the caller's address. If not, no caller needs to determine the address.</summary>
    public bool ReadsAddress { get; } = policy.Account.Contains(AccountSource.Ip);

    /// <summary>Reads the identity from an HTTP request.</summary>
    /// <param name="headers">The headers of the request.</param>
    /// <param name="ip">The caller's address, behind the trusted proxies; null if it is not known.</param>
    /// <param name="identity">The identity of the caller.</param>
    /// <param name="error">The error, in one sentence; null if there is none.</param>
    /// <param name="errorHeader">The invalid header; null if there is none, or more than one.</param>
    public bool TryRead<THeaders>(
        THeaders headers, IPAddress? ip, out RequestIdentity identity, [NotNullWhen(false)] out string? error, out string? errorHeader)
        where THeaders : struct, IHeaderReader
    {
        identity = default;
        AttributeValuesRead values = default;
        if (!_accounts.TryRead(headers, ip, out Account account, out error, out errorHeader))
        {
            return false;
        }

        for (int i = 0; i < _attributes.Attributes.Length; i++)
        {
            if (_attributes.Attributes[i].Header is { } header
                && (HeaderValues.TryFind(headers, header, out string? value, out bool isHeader, out error)
                    ? !_attributes.TryRead(ref values, i, value, isHeader, out error)
                    : error is not null))
            {
                (error, errorHeader) = ($"the header {header}: {error}", header);
                return false;
            }
        }

        identity = _attributes.Identity(account, values);
        error = null;
        return true;
    }

    /// <summary>Reads the identity from the body of a check.</summary>
    /// <param name="account">The field <c>account</c>; null if it is absent.</param>
    /// <param name="ip">The field <c>ip</c>, read only if it is a source of the account.</param>
    /// <param name="mode">The field <c>mode</c>: the attribute of that name.</param>
    /// <param name="attributes">The field <c>attributes</c>; a null value is an absent one.</param>
    /// <param name="identity">The identity of the caller.</param>
    /// <param name="error">The error, in one sentence; null if there is none.</param>
    /// <param name="errorField">The invalid field, such as <c>account</c> or <c>attributes.NAME</c>; null if there is none.</param>
    public bool TryRead(
        string? account,
        string? ip,
        string? mode,
        IReadOnlyDictionary<string, string>? attributes,
        out RequestIdentity identity,
        [NotNullWhen(false)] out string? error,
        [NotNullWhen(false)] out string? errorField)
    {
        identity = default;
        AttributeValuesRead values = default;
        if (!_accounts.TryRead(account, ip, out Account caller, out error, out errorField)
            || !TryReadMode(mode, attributes, ref values, out error, out errorField)
            || !TryReadAttributes(attributes, ref values, out error, out errorField))
        {
            return false;
        }

        identity = _attributes.Identity(caller, values);
        return true;
    }

    /// <summary>Reads the identity from values whose attributes are in the order of the policy's definition.</summary>
    /// <param name="account">The account; null if it is absent.</param>
    /// <param name="ip">The caller's address, read only if it is a source of the account.</param>
    /// <param name="attributes">The values; null for an absent one. May be shorter than the definition.</param>
    /// <param name="identity">The identity of the caller.</param>
    /// <param name="error">The error, in one sentence; null if there is none.</param>
    public bool TryRead(
        string? account, string? ip, ReadOnlySpan<string?> attributes, out RequestIdentity identity, [NotNullWhen(false)] out string? error)
    {
        identity = default;
        AttributeValuesRead values = default;
        if (!_accounts.TryRead(account, ip, out Account caller, out error, out _))
        {
            return false;
        }

        for (int i = 0; i < attributes.Length; i++)
        {
            if (attributes[i] is { } value && !_attributes.TryRead(ref values, i, value, isHeader: false, out error))
            {
                error = $"{_attributes.Attributes[i].Name}: {error}";
                return false;
            }
        }

        identity = _attributes.Identity(caller, values);
        return true;
    }

    /// <summary>Whether a request with these values has an account, valid or not.</summary>
    public bool HasAccount(string? account, string? ip) => _accounts.HasAccount(account, ip);

    private bool TryReadMode(
        string? mode,
        IReadOnlyDictionary<string, string>? attributes,
        ref AttributeValuesRead values,
        [NotNullWhen(false)] out string? error,
        [NotNullWhen(false)] out string? errorField)
    {
        (error, errorField) = (null, null);
        if (!_attributes.IsGiven(mode))
        {
            return true;
        }

        int index = _attributes.IndexOf(AttributeDefinition.Mode);
        if (index < 0)
        {
            error = $"mode: the policy '{policy.Name}' has no modes; leave it out";
        }
        else if (_attributes.IsGiven(attributes?.GetValueOrDefault(AttributeDefinition.Mode)))
        {
            error = "mode: it is given twice, as a field and in attributes; give it once";
        }
        else if (!_attributes.TryRead(ref values, index, mode, isHeader: false, out error))
        {
            error = $"mode: {error}";
        }

        errorField = error is null ? null : AttributeDefinition.Mode;
        return error is null;
    }

    private bool TryReadAttributes(
        IReadOnlyDictionary<string, string>? attributes,
        ref AttributeValuesRead values,
        [NotNullWhen(false)] out string? error,
        [NotNullWhen(false)] out string? errorField)
    {
        (error, errorField) = (null, null);
        int unread = attributes?.Count ?? 0;
        for (int i = 0; unread > 0 && i < _attributes.Attributes.Length; i++)
        {
            string name = _attributes.Attributes[i].Name;
            if (!attributes!.TryGetValue(name, out string? value))
            {
                continue;
            }

            unread--;
            if (value is not null && !_attributes.TryRead(ref values, i, value, isHeader: false, out error))
            {
                (error, errorField) = ($"attributes.{name}: {error}", $"attributes.{name}");
                return false;
            }
        }

        if (unread == 0)
        {
            return true;
        }

        string unknown = attributes!.Keys.First(name => _attributes.IndexOf(name) < 0);
        string quoted = AttributeValues.Validate(unknown) is null ? $"'{unknown}'" : "of one of the names given";
        string known = string.Join(", ", _attributes.Attributes.Select(attribute => attribute.Name));
        error = $"attributes: the policy '{policy.Name}' has no attribute {quoted}; it has {(known.Length == 0 ? "no attributes" : known)}";
        errorField = "attributes";
        return false;
    }
}
