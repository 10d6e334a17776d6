namespace OrleansLimiter.Cli;

/// <summary>The console of the host, with the same output as the other commands: colors, and source lines of errors.</summary>
internal sealed class TerminalHostConsole(Terminal terminal) : HostConsole(terminal.Out.Writer, terminal.Error.Writer)
{
    /// <inheritdoc/>
    public override void WriteError(string message) => terminal.WriteError(message);

    /// <inheritdoc/>
    public override void WriteFindings(PolicyCatalogLoad load) => ValidationErrorList.Write(terminal.Error, load.Errors, load.Warnings);
}
