using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OrleansLimiter.Cli;

/// <summary>The program, apart from its process.</summary>
internal static class LimiterProgram
{
    /// <summary>Runs one command line; the process's exit code (see <see cref="ExitCode"/>).</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal)
    {
        RootCommand root = Root(terminal);

        // An account may well begin with an @, which would else mean a file of further arguments.
        ParseResult parsed = root.Parse(arguments, new() { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction unclear)
        {
            unclear.ShowHelp = false;
            await parsed.InvokeAsync(new() { Output = terminal.Error.Writer, Error = terminal.Error.Writer });
            terminal.Error.Writer.WriteLine($"See '{NameOf(parsed)} --help'.");
            return ExitCode.Usage;
        }

        // Signals are the host's business: it is the one that has requests to finish.
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
