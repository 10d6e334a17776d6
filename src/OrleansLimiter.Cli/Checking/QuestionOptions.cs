using System.CommandLine;
using System.CommandLine.Parsing;

namespace OrleansLimiter.Cli;

/// <summary>The options that describe a request.</summary>
internal sealed class QuestionOptions
{
    private readonly Option<string?> _policy = Text("--policy", "NAME", "The policy; may be left out where only one is loaded");
    private readonly Option<string?> _account = Text("--account", "NAME", "Who is limited, as the policy's identity header would say");
    private readonly Option<string?> _ip = Text("--ip", "ADDRESS", "The caller's address, for a caller without account");
    private readonly Option<string?> _method = Text("--method", "METHOD", "The HTTP method [default: GET]");
    private readonly Option<string?> _path = Text("--path", "PATH", "The path of the request");
    private readonly Option<string?> _endpoint = Text("--endpoint", "NAME", "Instead of a path: an endpoint of the policy");
    private readonly Option<string?> _resource = Text("--resource", "ID", "With --endpoint: the resource that a path would name");
    private readonly Option<string?> _mode = Text("--mode", "MODE", "The mode, such as live or test");
    private readonly Option<Dictionary<string, string>> _attributes = new("--attribute")
    {
        Description = "Another attribute of the policy, such as plan=prime; may be given more than once",
        HelpName = "NAME=VALUE",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = Attributes,
    };

    private readonly Option<int> _cost = NumberOption.Of("--cost", 1, "Permits that the request takes");
    private readonly Option<bool> _peek = new("--peek") { Description = "Only look: take nothing" };

    /// <summary>Adds all of them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])
            [_policy, _account, _ip, _method, _path, _endpoint, _resource, _mode, _attributes, _cost, _peek])
        {
            command.Add(option);
        }
    }

    /// <summary>The request that they describe.</summary>
    public CheckQuestion Of(ParseResult parsed) => new()
    {
        Policy = parsed.GetValue(_policy),
        Account = parsed.GetValue(_account),
        Ip = parsed.GetValue(_ip),
        Method = parsed.GetValue(_method),
        Path = parsed.GetValue(_path),
        Endpoint = parsed.GetValue(_endpoint),
        Resource = parsed.GetValue(_resource),
        Mode = parsed.GetValue(_mode),
        Attributes = parsed.GetValue(_attributes),
        Cost = parsed.GetValue(_cost),
        Peek = parsed.GetValue(_peek),
    };

    private static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };

    private static Dictionary<string, string> Attributes(ArgumentResult result)
    {
        var attributes = new Dictionary<string, string>();
        foreach (Token token in result.Tokens)
        {
            string[] parts = token.Value.Split('=', 2);
            if (parts.Length < 2 || parts[0].Length == 0)
            {
                result.AddError($"--attribute is '{token.Value}'; it must be like plan=prime");
            }
            else if (!attributes.TryAdd(parts[0], parts[1]))
            {
                result.AddError($"--attribute {parts[0]} is given twice");
            }
        }

        return attributes;
    }
}
