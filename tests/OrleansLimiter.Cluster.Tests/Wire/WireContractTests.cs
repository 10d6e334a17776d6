using System.Reflection;
using Orleans;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>
/// Every name and number that front-ends and silos of two versions share, as text, so that a change is visible in
/// review. Adding a line is safe. Changing or removing one breaks a rolling upgrade, unless only the name of a property changes:
/// messages contain the numbers of properties, and the names are only informative.
/// </summary>
public class WireContractTests
{
    private const string Agreed = "WireContract.txt";

    [Fact]
    public void The_wire_contract_does_not_change()
    {
        string agreed = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, Agreed));
        string actual = string.Join('\n', Lines().Order(StringComparer.Ordinal)) + "\n";
        if (actual != agreed)
        {
            string proposed = Path.Combine(AppContext.BaseDirectory, "WireContract.proposed.txt");
            File.WriteAllText(proposed, actual);
            Assert.Fail($"What travels between front-ends and silos is not what {Agreed} in this test's project says. If lines were only "
                + $"added and that is meant, copy {proposed} over that file, and let the difference be reviewed.");
        }
    }

    [Fact]
    public void Every_type_on_the_wire_has_an_alias_and_is_immutable()
    {
        Assert.All(Messages(), type => Assert.True(Alias(type) is not null, $"{type} has no alias"));
        Assert.All(Messages(), type => Assert.True(type.IsDefined(typeof(ImmutableAttribute)), $"{type} is not immutable"));
        Assert.All(Interfaces(), type => Assert.True(Alias(type) is not null, $"{type} has no alias"));
        Assert.All(Interfaces().SelectMany(Methods), method => Assert.True(Alias(method) is not null, $"{method} has no alias"));
    }

    private static IEnumerable<string> Lines() =>
    [
        .. Messages().SelectMany(type => Members(type)
            .Select(member => $"{Alias(type)} {member.GetCustomAttribute<IdAttribute>()!.Id} {member.Name}: {Name(member.PropertyType)}")),
        .. Interfaces().SelectMany(type => Methods(type)
            .Select(method => $"{Alias(type)} {Alias(method)}({string.Join(", ", method.GetParameters().Select(parameter => Name(parameter.ParameterType)))}): {Name(method.ReturnType)}")),
        .. Interfaces().SelectMany(type => type.GetInterfaces().Where(IsOurs).Select(parent => $"{Alias(type)} is {Alias(parent)}")),
        .. Grains().Select(type => $"grain {type.GetCustomAttribute<GrainTypeAttribute>()!.GetGrainType(null!, type)}: "
            + string.Join(", ", type.GetInterfaces().Where(IsOurs).Select(Alias).Order(StringComparer.Ordinal))),
    ];

    private static IEnumerable<Type> Messages() =>
        typeof(ClusterBucketStore).Assembly.GetTypes().Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false));

    private static IEnumerable<Type> Interfaces() => typeof(ClusterBucketStore).Assembly.GetTypes().Where(IsOurs);

    private static bool IsOurs(Type type) =>
        type.IsInterface && type.Assembly == typeof(ClusterBucketStore).Assembly && typeof(Orleans.Runtime.IAddressable).IsAssignableFrom(type);

    private static IEnumerable<Type> Grains() => typeof(Grains.GroupGrain).Assembly.GetTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IGrain).IsAssignableFrom(type));

    private static IEnumerable<PropertyInfo> Members(Type type) =>
        type.GetProperties().Where(property => property.IsDefined(typeof(IdAttribute)));

    private static IEnumerable<MethodInfo> Methods(Type type) => type.GetMethods();

    private static string? Alias(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias;

    private static string Name(Type type) =>
        Nullable.GetUnderlyingType(type) is { } value ? $"{Name(value)}?"
        : type.IsArray ? $"{Name(type.GetElementType()!)}[]"
        : type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : Alias(type) ?? type.Name;
}
