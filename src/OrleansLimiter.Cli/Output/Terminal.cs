namespace OrleansLimiter.Cli;

/// <summary>The output of a command.</summary>
/// <param name="Out">The results.</param>
/// <param name="Error">Errors and logs.</param>
internal sealed record Terminal(Screen Out, Screen Error)
{
    /// <summary>Returns the terminal of the process. No colors if <c>NO_COLOR</c> is set or <c>TERM</c> is <c>dumb</c>.</summary>
    public static Terminal OfProcess()
    {
        bool colors = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new(
            new(Console.Out, !Console.IsOutputRedirected, colors),
            new(Console.Error, !Console.IsErrorRedirected, colors));
    }

    /// <summary>Writes an error.</summary>
    public void WriteError(string message) => Error.Line($"[red]limiter:[/] {message}");
}
