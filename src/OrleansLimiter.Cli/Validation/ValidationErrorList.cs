using OrleansLimiter.Policies;

namespace OrleansLimiter.Cli;

/// <summary>Errors and warnings as compilers print them; on a terminal with the source line.</summary>
internal static class ValidationErrorList
{
    /// <summary>Writes all of them, errors first.</summary>
    public static void Write(Screen screen, IReadOnlyList<PolicyError> errors, IReadOnlyList<PolicyError> warnings)
    {
        var sources = new SourceLines();
        foreach (PolicyError error in errors)
        {
            screen.Line($"[bold]{Place(error)}:[/] {error.Message}");
            Quote(screen, sources, error);
        }

        foreach (PolicyError warning in warnings)
        {
            screen.Line($"[bold]{Place(warning)}:[/] [yellow]warning:[/] {warning.Message}");
            Quote(screen, sources, warning);
        }
    }

    private static string Place(PolicyError error) => error.Line > 0 ? $"{error.File}:{error.Line}:{error.Column}" : error.File;

    private static void Quote(Screen screen, SourceLines sources, PolicyError error)
    {
        if (!screen.IsTerminal || sources.Excerpt(error) is not { } excerpt)
        {
            return;
        }

        string number = $"{error.Line,5}";
        screen.Line($"[dim]{number} |[/] {excerpt.Text}");
        screen.Line($"[dim]      |[/] {new string(' ', excerpt.Caret)}[red]^[/]");
    }
}
