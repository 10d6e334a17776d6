namespace OrleansLimiter.Cli;

/// <summary>Writes errors and warnings like a compiler; on a terminal with the source line.</summary>
internal static class ValidationErrorList
{
    /// <summary>Writes all errors, then all warnings.</summary>
    public static void Write(Screen screen, IReadOnlyList<PolicyError> errors, IReadOnlyList<PolicyError> warnings)
    {
        var sources = new SourceLines();
        foreach (PolicyError error in errors)
        {
            Write(screen, sources, error, $"[bold]{Position(error)}:[/] {error.Message}");
        }

        foreach (PolicyError warning in warnings)
        {
            Write(screen, sources, warning, $"[bold]{Position(warning)}:[/] [yellow]warning:[/] {warning.Message}");
        }
    }

    private static string Position(PolicyError error) => error.Line > 0 ? $"{error.File}:{error.Line}:{error.Column}" : error.File;

    private static void Write(Screen screen, SourceLines sources, PolicyError error, FormattableString line)
    {
        screen.Line(line);
        if (screen.IsTerminal && sources.Excerpt(error) is { } excerpt)
        {
            string number = $"{error.Line,5}";
            screen.Line($"[dim]{number} |[/] {excerpt.Text}");
            screen.Line($"[dim]      |[/] {new string(' ', excerpt.Caret)}[red]^[/]");
        }
    }
}
