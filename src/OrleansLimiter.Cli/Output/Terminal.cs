namespace OrleansLimiter.Cli;

/// <summary>Where a command writes.</summary>
/// <param name="Out">What was asked for.</param>
/// <param name="Error">Why it could not be done, and what happens besides.</param>
internal sealed record Terminal(Screen Out, Screen Error)
{
    /// <summary>The process's own; no colours where <c>NO_COLOR</c> is set (no-color.org) or the terminal is dumb.</summary>
    public static Terminal OfProcess()
    {
        bool colors = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new(
            new(Console.Out, !Console.IsOutputRedirected, colors),
            new(Console.Error, !Console.IsErrorRedirected, colors));
    }

    /// <summary>Says why something could not be done.</summary>
    public void Refuse(string why) => Error.Line($"[red]limiter:[/] {why}");
}
