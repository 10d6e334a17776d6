namespace OrleansLimiter.Policies;

/// <summary>The section <c>identity:</c>.</summary>
/// <param name="Account">The sources of the account.</param>
/// <param name="Attributes">The declared attributes, also invalid ones, because conditions can contain their names.</param>
/// <param name="Empty">How empty values are handled.</param>
/// <param name="IsValid">Whether the names and values that conditions can contain are valid.</param>
internal sealed record IdentityDraft(
    ImmutableArray<AccountSource> Account, ImmutableArray<AttributeDefinition> Attributes, EmptyValues Empty, bool IsValid)
{
    /// <summary>Whether <see cref="Attributes"/> has all names. If not, an unknown name in a condition is not an error.</summary>
    public bool AreNamesKnown => IsValid || !Attributes.IsEmpty;
}

/// <summary>Reads <c>identity:</c>.</summary>
internal static class IdentitySection
{
    private const string Account = "account";
    private const string Empty = "empty";

    private static readonly ImmutableArray<string> Reserved = [.. BuiltInDimension.All.Select(dimension => dimension.Name), Account];

    public static IdentityDraft Read(YamlNode? node, PolicyErrorList errors)
    {
        if (Nodes.Map(node, "identity", errors) is not { } map)
        {
            return new([], [], PolicyWords.Empty.First, false);
        }

        ImmutableArray<AccountSource>? account = null;
        EmptyValues empty = PolicyWords.Empty.First;
        bool isValid = true;
        var attributes = ImmutableArray.CreateBuilder<AttributeDefinition>();
        foreach (var (key, value) in map.Entries)
        {
            if (key.Value == Account)
            {
                account = AccountSources(value, errors);
            }
            else if (key.Value == Empty && value is not YamlMap)
            {
                // A mapping is an attribute of that name, which policies older than this key can have.
                empty = Values.Choice(value, Empty, errors, PolicyWords.Empty) ?? empty;
            }
            else
            {
                isValid &= CheckName(key, errors);
                var (attribute, isAttributeValid) = AttributeSection.Read(key.Value, value, errors);
                attributes.Add(attribute);
                isValid &= isAttributeValid;
            }
        }

        if (account is null)
        {
            errors.Add(map.At, "identity has no 'account'; add its sources, as in account: [header:X-Account-Id, ip]");
        }

        if (attributes.Count > PolicyBounds.MaxAttributes)
        {
            errors.Add(map.At, $"identity has {attributes.Count} attributes; at most {PolicyBounds.MaxAttributes} are expected");
        }

        return new(account ?? [], attributes.ToImmutable(), empty, isValid && account is { IsEmpty: false });
    }

    private static bool CheckName(YamlScalar key, PolicyErrorList errors)
    {
        string? error = Reserved.Contains(key.Value)
            ? $"an attribute is named '{key.Value}', which is a reserved name; choose another name"
            : Names.Attribute.Validate(key.Value) is { } wrong ? $"an attribute is named {Quoted.Of(key.Value)}; {wrong}" : null;
        if (error is not null)
        {
            errors.Add(key.At, error);
        }

        return error is null;
    }

    private static ImmutableArray<AccountSource> AccountSources(YamlNode node, PolicyErrorList errors)
    {
        var sources = ImmutableArray.CreateBuilder<AccountSource>();
        var headers = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var word in Nodes.Words(node, Account, errors))
        {
            if (sources.Contains(AccountSource.Ip))
            {
                errors.Add(word.At, $"the source {Quoted.Of(word.Value)} is never read: every request has an 'ip'; put 'ip' last");
            }
            else if (word.Value == AccountSource.Ip.ToString())
            {
                sources.Add(AccountSource.Ip);
            }
            else if (HeaderNames.FromSource(word, "a source of the account", "header:Name or ip", errors) is { } header)
            {
                if (headers.Add(header))
                {
                    sources.Add(AccountSource.Header(header));
                }
                else
                {
                    errors.Add(word.At, $"the header '{header}' is given twice; case is ignored in header names");
                }
            }
        }

        return sources.ToImmutable();
    }
}
