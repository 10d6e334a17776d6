namespace OrleansLimiter.Decisions;

/// <summary>The values of the label <c>outcome</c>.</summary>
internal static class Outcomes
{
    public const string Allowed = "allowed";
    public const string Refused = "refused";
    public const string Failed = "failed";
    public const string Bounded = "too-many-groups-of-account";
    public const string Unlimited = "unlimited";
}
