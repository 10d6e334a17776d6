namespace OrleansLimiter.Policies;

/// <summary>The variables of templates. Numbers precede texts, so that one comparison distinguishes them.</summary>
internal enum TemplateVariable : byte
{
    /// <summary><c>limit</c>: the capacity of the reported limit.</summary>
    Limit,
    /// <summary><c>remaining</c>: the permits that can be acquired from the reported limit now.</summary>
    Remaining,
    /// <summary><c>window-ms</c>: the reported limit's window in milliseconds, rounded up.</summary>
    WindowMs,
    /// <summary><c>window-s</c>: the reported limit's window in seconds, rounded up.</summary>
    WindowS,
    /// <summary><c>next-s</c>: seconds until the reported limit has more permits, rounded up; 0 if it is full.</summary>
    NextS,
    /// <summary><c>reset-s</c>: seconds until the reported limit is full again, rounded up.</summary>
    ResetS,
    /// <summary><c>reset-epoch-s</c>: the time of the reset in seconds since 1970-01-01 UTC, rounded up.</summary>
    ResetEpochS,
    /// <summary>
    /// <c>retry-after-s</c>: the longest retry-after of the limits that refuse, in seconds, rounded up. No value if the request is
    /// allowed, or if a limit refuses it permanently.
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

/// <summary>The names of the variables.</summary>
internal static class TemplateVariables
{
    /// <summary>The names in policy files; they are case-sensitive.</summary>
    public static WordTable<TemplateVariable> Words { get; } = new(
        ("limit", TemplateVariable.Limit),
        ("remaining", TemplateVariable.Remaining),
        ("window-ms", TemplateVariable.WindowMs),
        ("window-s", TemplateVariable.WindowS),
        ("next-s", TemplateVariable.NextS),
        ("reset-s", TemplateVariable.ResetS),
        ("reset-epoch-s", TemplateVariable.ResetEpochS),
        ("retry-after-s", TemplateVariable.RetryAfterS),
        ("limit-name", TemplateVariable.LimitName),
        ("policy", TemplateVariable.Policy),
        ("account", TemplateVariable.Account),
        ("endpoint", TemplateVariable.Endpoint),
        ("mode", TemplateVariable.Mode));
}
