using System.CommandLine.Parsing;
using System.ComponentModel;
using System.Reflection;
using System.Text.Json;

namespace OrleansLimiter.Cli;

/// <summary>The options of a request: one for each field of <see cref="CheckRequest"/>.</summary>
internal sealed class CheckOptions
{
    private readonly List<(PropertyInfo Field, Option Option, Func<ParseResult, object?> Value)> _options =
        [.. typeof(CheckRequest).GetProperties().Select(Of)];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command) => _options.ForEach(each => command.Add(each.Option));

    /// <summary>Returns the request of a command line.</summary>
    public CheckRequest Of(ParseResult parsed)
    {
        object request = default(CheckRequest);
        _options.ForEach(each => each.Field.SetValue(request, each.Value(parsed)));
        return (CheckRequest)request;
    }

    private static (PropertyInfo, Option, Func<ParseResult, object?>) Of(PropertyInfo field)
    {
        string name = "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(field.Name);
        string description = field.GetCustomAttribute<DescriptionAttribute>()!.Description;
        object? defaultValue = field.GetCustomAttribute<DefaultValueAttribute>()?.Value;
        if (field.PropertyType == typeof(string))
        {
            return With(new Option<string?>(name)
            {
                Description = defaultValue is null ? description : $"{description} [default: {defaultValue}]",
                HelpName = field.Name.ToUpperInvariant(),
            });
        }

        return field.PropertyType == typeof(int?) ? With(NumberOption.Of(name, (int)defaultValue!, description))
            : field.PropertyType == typeof(bool?) ? With(new Option<bool>(name) { Description = description })
            : field.PropertyType == typeof(IReadOnlyDictionary<string, string>) ? With(Pairs(name.TrimEnd('s'), description))
            : throw new NotSupportedException($"there is no option for the type of the field {field.Name}");

        (PropertyInfo, Option, Func<ParseResult, object?>) With<T>(Option<T> option) => (field, option, parsed => parsed.GetValue(option));
    }

    private static Option<Dictionary<string, string>> Pairs(string name, string description) => new(name)
    {
        Description = $"{description}, such as plan=prime; can be given more than once",
        HelpName = "NAME=VALUE",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result => Pairs(name, result),
    };

    private static Dictionary<string, string> Pairs(string name, ArgumentResult result)
    {
        var pairs = new Dictionary<string, string>();
        foreach (Token token in result.Tokens)
        {
            string[] parts = token.Value.Split('=', 2);
            if (parts.Length < 2 || parts[0].Length == 0)
            {
                result.AddError($"{name} is '{token.Value}'; it must be like plan=prime");
            }
            else if (!pairs.TryAdd(parts[0], parts[1]))
            {
                result.AddError($"{name} {parts[0]} is given twice");
            }
        }

        return pairs;
    }
}
