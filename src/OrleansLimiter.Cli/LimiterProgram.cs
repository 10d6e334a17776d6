using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OrleansLimiter.Cli;

/// <summary>The program, which can also run in the process of a test.</summary>
internal static class LimiterProgram
{
    /// <summary>Runs a command line and returns the <see cref="ExitCode"/>.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal)
    {
        RootCommand root = Root(terminal);

        // An account may begin with @, which by default means a file of arguments.
        ParseResult parsed = root.Parse(arguments, new() { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction error)
        {
            error.ShowHelp = false;
            await parsed.InvokeAsync(new() { Output = terminal.Error.Writer, Error = terminal.Error.Writer });
            terminal.Error.Writer.WriteLine($"See '{NameOf(parsed)} --help'.");
            return ExitCode.Usage;
        }

        // The host handles signals, because it must finish its requests.
        return await parsed.InvokeAsync(new()
        {
            Output = terminal.Out.Writer,
            Error = terminal.Error.Writer,
            ProcessTerminationTimeout = null,
        });
    }

    private static RootCommand Root(Terminal terminal)
    {
        var root = new RootCommand("A rate limiter whose limits are policy files.")
        {
            new ServeCommand(terminal),
            new ValidateCommand(terminal),
            new CheckCommand(terminal),
        };
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        var withExamples = new HelpWithExamples((HelpAction)help.Action!);
        help.Action = withExamples;
        root.SetAction(withExamples.Invoke);
        return root;
    }

    private static string NameOf(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "limiter" : $"limiter {parsed.CommandResult.Command.Name}";
}
