using System.Collections.Frozen;
using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>The variables of templates. Numbers come first, so that one comparison distinguishes them from text.</summary>
internal enum TemplateVariable : byte
{
    /// <summary><c>limit</c>: the capacity of the reported limit.</summary>
    Limit,

    /// <summary><c>remaining</c>: what can be taken from the reported limit now.</summary>
    Remaining,

    /// <summary><c>window-ms</c>: the reported limit's window in milliseconds, rounded up.</summary>
    WindowMs,

    /// <summary><c>window-s</c>: the same in seconds, rounded up.</summary>
    WindowS,

    /// <summary><c>next-s</c>: seconds until more remains of the reported limit, rounded up; 0 when it is full.</summary>
    NextS,

    /// <summary><c>reset-s</c>: seconds until the reported limit is full again, rounded up.</summary>
    ResetS,

    /// <summary><c>reset-epoch-s</c>: that moment in seconds since 1970-01-01 UTC, rounded up.</summary>
    ResetEpochS,

    /// <summary>
    /// <c>retry-after-s</c>: the longest wait of the limits that refuse, in seconds, rounded up. No value where the
    /// request is allowed, or where one of them says that waiting never helps.
    /// </summary>
    RetryAfterS,

    /// <summary><c>limit-name</c>: the reported limit's name.</summary>
    LimitName,

    /// <summary><c>policy</c>: the policy's name.</summary>
    Policy,

    /// <summary><c>account</c>: the account's name.</summary>
    Account,

    /// <summary><c>endpoint</c>: the endpoint's name.</summary>
    Endpoint,

    /// <summary><c>mode</c>: the request's mode; no value in a policy without modes.</summary>
    Mode,
}

/// <summary>The variables by the names that policy files use.</summary>
internal static class TemplateVariables
{
    private static readonly FrozenDictionary<string, TemplateVariable> ByName =
        new Dictionary<string, TemplateVariable>
        {
            ["limit"] = TemplateVariable.Limit,
            ["remaining"] = TemplateVariable.Remaining,
            ["window-ms"] = TemplateVariable.WindowMs,
            ["window-s"] = TemplateVariable.WindowS,
            ["next-s"] = TemplateVariable.NextS,
            ["reset-s"] = TemplateVariable.ResetS,
            ["reset-epoch-s"] = TemplateVariable.ResetEpochS,
            ["retry-after-s"] = TemplateVariable.RetryAfterS,
            ["limit-name"] = TemplateVariable.LimitName,
            ["policy"] = TemplateVariable.Policy,
            ["account"] = TemplateVariable.Account,
            ["endpoint"] = TemplateVariable.Endpoint,
            ["mode"] = TemplateVariable.Mode,
        }.ToFrozenDictionary();

    /// <summary>Every name, in the order of <see cref="TemplateVariable"/>.</summary>
    public static ImmutableArray<string> Names { get; } =
        [.. ByName.OrderBy(pair => pair.Value).Select(pair => pair.Key)];

    /// <summary>The variable of a name; names are case-sensitive.</summary>
    /// <param name="name">The name without braces.</param>
    /// <param name="variable">The variable, where there is one.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryGet(string name, out TemplateVariable variable) => ByName.TryGetValue(name, out variable);
}
