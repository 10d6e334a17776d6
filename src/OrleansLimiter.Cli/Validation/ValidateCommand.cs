using System.Globalization;

namespace OrleansLimiter.Cli;

/// <summary><c>limiter validate</c>: reads policies as a host does, and lists all errors.</summary>
internal sealed class ValidateCommand : Command
{
    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "Policy files, or folders with *.yaml and *.yml files",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print JSON for programs" };

    public ValidateCommand(Terminal terminal)
        : base("validate", "Lists all errors of policy files")
    {
        Add(_files);
        Add(_json);
        SetAction(parsed => Run(parsed, terminal));
    }

    private int Run(ParseResult parsed, Terminal terminal)
    {
        PolicyCatalogLoad load = PolicyCatalog.Load(parsed.GetRequiredValue(_files), TimeProvider.System);
        if (parsed.GetValue(_json))
        {
            terminal.Out.Writer.WriteLine(ValidationJson.Of(load));
        }
        else
        {
            ValidationErrorList.Write(terminal.Out, load.Errors, load.Warnings);
            WriteSummary(terminal, load);
        }

        return load.Catalog is null ? ExitCode.Failed : ExitCode.Done;
    }

    private static void WriteSummary(Terminal terminal, PolicyCatalogLoad load)
    {
        if (load.Catalog is null)
        {
            int files = load.Errors.DistinctBy(error => error.File).Count();
            terminal.Out.Line($"[red]{Count(load.Errors.Count, "error")} in {Count(files, "file")}[/]");
            return;
        }

        foreach (PolicyEntry entry in load.Catalog.Current.Policies.Values.OrderBy(entry => entry.File, StringComparer.Ordinal))
        {
            terminal.Out.Line($"{entry.File}: [green]valid[/]: policy {entry.Policy.Name}, {Count(entry.Policy.Limits.Length, "limit")}");
            if (LongLimits.NoteOf(entry.Policy.Definition) is { } note)
            {
                terminal.Out.Line($"{entry.File}: note: {note}");
            }
        }
    }

    private static string Count(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
