namespace OrleansLimiter.Cli.Tests;

/// <summary>Runs a command line in this process and captures its output.</summary>
internal static class CommandLine
{
    public static Task<Ended> RunAsync(params string[] arguments) => RunAsync(isTerminal: false, arguments);

    /// <summary>As on a terminal without colors.</summary>
    public static Task<Ended> RunOnTerminalAsync(params string[] arguments) => RunAsync(isTerminal: true, arguments);

    private static async Task<Ended> RunAsync(bool isTerminal, string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        int exitCode = await LimiterProgram.RunAsync(
            arguments, new(new(output, isTerminal, colors: false), new(error, isTerminal, colors: false)));
        return new(exitCode, output.ToString(), error.ToString());
    }
}

/// <summary>The result of a command.</summary>
internal sealed record Ended(int ExitCode, string Out, string Error);
