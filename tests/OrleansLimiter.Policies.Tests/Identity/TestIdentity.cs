namespace OrleansLimiter.Policies.Tests;

/// <summary>Policies with an identity only, and headers to read it from.</summary>
internal static class TestIdentity
{
    public static readonly AttributeDefinition Plan = new("plan", "X-Plan", ["starter", "prime", "enterprise"], "starter");
    public static readonly AttributeDefinition Mode = new("mode", "X-Mode", ["live", "test"], "live");
    public static readonly AttributeDefinition Region = new("region", "X-Region", [], "eu");
    public static readonly AttributeDefinition Channel = new("channel", null, ["web", "app"], "web");

    public const string NotUtf8 = "\uFFFD\uFFFD";

    public static IdentityReader Reader(AccountSource[] account, params AttributeDefinition[] attributes) =>
        Reader(EmptyValues.Absent, account, attributes);

    public static IdentityReader Reader(EmptyValues empty, AccountSource[] account, params AttributeDefinition[] attributes) => new(new()
    {
        Name = "tested",
        Generation = 1,
        Account = [.. account],
        Attributes = [.. attributes],
        Empty = empty,
        Limits = [],
    });

    /// <summary>Headers. The value null is a repeated header; <see cref="NotUtf8"/> is one whose bytes are not text.</summary>
    public readonly record struct Headers(params (string Name, string? Value)[] All) : IHeaderReader
    {
        public HeaderPresence Find(string name, out string? value)
        {
            foreach (var header in All)
            {
                if (header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    value = header.Value == NotUtf8 ? null : header.Value;
                    return header.Value is null ? HeaderPresence.Repeated : value is null ? HeaderPresence.NotUtf8 : HeaderPresence.Once;
                }
            }

            value = null;
            return HeaderPresence.Absent;
        }
    }
}
