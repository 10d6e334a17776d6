using System.Reflection;
using System.Runtime.CompilerServices;

namespace OrleansLimiter.Core.Tests;

/// <summary>What others compile against, frozen as text: a change of it is seen in review.</summary>
public class PublicApiTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void The_public_api_of_the_core_is_what_was_agreed()
    {
        string agreed = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PublicApi.txt"));
        string actual = string.Join('\n', typeof(BucketGroup).Assembly.GetExportedTypes()
            .OrderBy(type => type.FullName, StringComparer.Ordinal).Select(Describe)) + "\n";
        if (actual != agreed)
        {
            string proposed = Path.Combine(AppContext.BaseDirectory, "PublicApi.proposed.txt");
            File.WriteAllText(proposed, actual);
            Assert.Fail(
                "The public API of OrleansLimiter.Core is not what PublicApi.txt in this test's project says. If it is meant "
                + $"to change, copy {proposed} over that file, and let the difference be reviewed:\n{Difference(agreed, actual)}");
        }
    }

    private static string Describe(Type type)
    {
        IEnumerable<string> members = type.IsEnum
            ? Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name))}")
            : type.GetMembers(Declared).Where(IsSeen).Select(Describe).Order(StringComparer.Ordinal);
        string record = type.GetMethod("PrintMembers", Declared) is null ? "" : "record ";
        string kind = type.IsEnum ? $"enum : {type.GetEnumUnderlyingType().Name}" : type.IsInterface ? "interface"
            : type.IsValueType ? "struct" : type.IsAbstract && type.IsSealed ? "static class"
            : type.IsSealed ? "sealed class" : "class";
        return string.Join("\n    ", [$"{type.FullName} ({record}{kind})", .. members]);
    }

    private static bool IsSeen(MemberInfo member) => member switch
    {
        // What the compiler makes of a record is told by its properties and constructor.
        MethodInfo method => IsSeen(method) && !method.IsDefined(typeof(CompilerGeneratedAttribute))
            && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)),
        ConstructorInfo constructor => IsSeen((MethodBase)constructor),
        PropertyInfo property => IsSeen(property.GetMethod ?? property.SetMethod!) && property.Name != "EqualityContract",
        FieldInfo field => field.IsPublic || field.IsFamily,
        _ => false,
    };

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Describe(MemberInfo member) => member switch
    {
        MethodInfo method => $"{Static(method)}{Name(method.ReturnType)} {method.Name}({Parameters(method)})",
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        PropertyInfo property => $"{Static(property.GetMethod!)}{Name(property.PropertyType)} {property.Name} {{ get; "
            + (property.SetMethod is { } set && IsSeen(set) ? IsInit(set) ? "init; }" : "set; }" : "}"),
        FieldInfo field => (field.IsLiteral ? "const " : field.IsStatic ? "static " : "")
            + $"{Name(field.FieldType)} {field.Name}"
            + (field.IsLiteral ? $" = {field.GetRawConstantValue()}" : ""),
        _ => member.ToString()!,
    };

    private static bool IsInit(MethodInfo set) =>
        set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Static(MethodBase method) => method.IsStatic ? "static " : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "default"}" : "")}"));

    private static string Name(Type type) => Nullable.GetUnderlyingType(type) is { } value ? Name(value) + "?"
        : type.IsArray ? Name(type.GetElementType()!) + "[]"
        : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;

    private static string Difference(string agreed, string actual)
    {
        string[] before = agreed.Split('\n');
        string[] after = actual.Split('\n');
        return string.Join('\n', before.Except(after).Select(line => $"- {line}").Concat(after.Except(before).Select(line => $"+ {line}")));
    }
}
