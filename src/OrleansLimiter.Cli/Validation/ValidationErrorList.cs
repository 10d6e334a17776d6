using OrleansLimiter.Policies;

namespace OrleansLimiter.Cli;

/// <summary>Faults and warnings as compilers print them; on a terminal with the line that they speak of.</summary>
internal static class ValidationErrorList
{
    /// <summary>Writes all of them, faults first.</summary>
    public static void Write(Screen screen, IReadOnlyList<PolicyFault> faults, IReadOnlyList<PolicyFault> warnings)
    {
        var sources = new SourceLines();
        foreach (PolicyFault fault in faults)
        {
            screen.Line($"[bold]{Place(fault)}:[/] {fault.Message}");
            Quote(screen, sources, fault);
        }

        foreach (PolicyFault warning in warnings)
        {
            screen.Line($"[bold]{Place(warning)}:[/] [yellow]warning:[/] {warning.Message}");
            Quote(screen, sources, warning);
        }
    }

    private static string Place(PolicyFault fault) => fault.Line > 0 ? $"{fault.File}:{fault.Line}:{fault.Column}" : fault.File;

    private static void Quote(Screen screen, SourceLines sources, PolicyFault fault)
    {
        if (!screen.IsTerminal || sources.Excerpt(fault) is not { } excerpt)
        {
            return;
        }

        string number = $"{fault.Line,5}";
        screen.Line($"[dim]{number} |[/] {excerpt.Text}");
        screen.Line($"[dim]      |[/] {new string(' ', excerpt.Caret)}[red]^[/]");
    }
}
