using OrleansLimiter.Decisions;
using OrleansLimiter.Hosting;

namespace OrleansLimiter.Cli;

/// <summary>
/// Reports as the other commands do: on a terminal in colours, and with the line of a policy file that an error is about.
/// </summary>
internal sealed class TerminalHostConsole(Terminal terminal) : HostConsole(terminal.Out.Writer, terminal.Error.Writer)
{
    /// <inheritdoc/>
    public override void WriteError(string message) => terminal.Refuse(message);

    /// <inheritdoc/>
    public override void WriteFindings(PolicyCatalogLoad load) => ValidationErrorList.Write(terminal.Error, load.Errors, load.Warnings);
}
