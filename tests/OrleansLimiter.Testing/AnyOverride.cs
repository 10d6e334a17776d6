using System.Reflection;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Testing;

/// <summary>Overrides that differ from <see cref="Plain"/> in one property each, to find code that ignores a property.</summary>
public static class AnyOverride
{
    public static Override Plain { get; } = new() { Account = new(AccountKind.Id, "a"), Policy = "p", Limit = "l" };

    /// <summary>One override for each property, with the name of the property.</summary>
    public static IEnumerable<(string Property, Override Changed)> Changes => typeof(Override).GetProperties().Select(property =>
    {
        Override changed = Plain with { };
        property.SetValue(changed, Another(property.PropertyType));
        return (property.Name, changed);
    });

    private static object Another(Type type) =>
        type == typeof(Account) ? new Account(AccountKind.Ip, "203.0.113.7")
        : type == typeof(string) ? "other"
        : type == typeof(int?) ? 7
        : type == typeof(uint) ? 7u
        : type == typeof(decimal?) ? 1.5m
        : type == typeof(bool) ? true
        : type == typeof(TimeSpan?) ? TimeSpan.FromSeconds(90)
        : type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?) ? new DateTimeOffset(2030, 1, 31, 12, 0, 0, TimeSpan.Zero)
        : type == typeof(Condition) ? new Condition([new("plan", ["prime", "starter"])])
        : throw new NotSupportedException($"a value of {type} is needed, other than its default");
}
