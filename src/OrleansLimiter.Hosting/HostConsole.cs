namespace OrleansLimiter.Hosting;

/// <summary>Writes the startup banner and startup errors of a host as plain text. A command can format errors in another way.</summary>
/// <param name="output">Receives the startup banner.</param>
/// <param name="error">Receives errors and warnings.</param>
public class HostConsole(TextWriter output, TextWriter error)
{
    /// <summary>The console of this process: standard output and standard error.</summary>
    public static HostConsole OfProcess => new(Console.Out, Console.Error);

    /// <summary>The writer of the startup banner.</summary>
    public TextWriter Out => output;

    /// <summary>Writes one reason why the host cannot start.</summary>
    public virtual void WriteError(string message) => error.WriteLine($"limiter: {DisplayText.Escape(message)}");

    /// <summary>Writes the errors of the policy files, then the warnings.</summary>
    public virtual void WriteFindings(PolicyCatalogLoad load)
    {
        IEnumerable<PolicyError> warnings = load.Warnings.Select(warning => warning with { Message = $"warning: {warning.Message}" });
        foreach (PolicyError finding in load.Errors.Concat(warnings))
        {
            error.WriteLine(DisplayText.Escape(finding.ToString()));
        }
    }
}
