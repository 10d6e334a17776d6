using System.CommandLine.Parsing;

namespace OrleansLimiter.Cli;

/// <summary>A setting of the host as an option. A list can have several values, and can be given more than once.</summary>
internal sealed class SettingOption : Option<string?>
{
    private readonly SettingValue _value;

    public SettingOption(HostSetting setting)
        : base($"--{setting.Switch}")
    {
        _value = setting.Value;
        Description = setting.Description;
        HelpName = setting.ValueName;
        bool isList = _value.Separator is not null;
        Arity = isList ? ArgumentArity.OneOrMore : ArgumentArity.ExactlyOne;
        AllowMultipleArgumentsPerToken = isList;
        CustomParser = Parse;
    }

    /// <summary>Applies the value of the command line, which is valid.</summary>
    public void Apply(ParseResult parsed, HostSettings settings)
    {
        if (parsed.GetValue(this) is { } text)
        {
            _ = _value.TrySet(settings, text);
        }
    }

    private string? Parse(ArgumentResult result)
    {
        string text = string.Join(_value.Separator ?? ' ', result.Tokens.Select(token => token.Value));
        if (_value.TrySet(new(), text) is { } expected)
        {
            result.AddError($"{Name} is '{text}'; it {expected}");
        }

        return text;
    }
}
