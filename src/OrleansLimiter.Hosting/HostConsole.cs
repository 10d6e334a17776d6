using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Hosting;

/// <summary>Where a host reports on its start: plain text, one line for each error. A command overrides how errors look.</summary>
/// <param name="output">What the host says of itself: the startup banner.</param>
/// <param name="error">Why it could not start, and warnings.</param>
public class HostConsole(TextWriter output, TextWriter error)
{
    /// <summary>Standard output and standard error of this process.</summary>
    public static HostConsole OfProcess => new(Console.Out, Console.Error);

    /// <summary>Standard output.</summary>
    public TextWriter Out => output;

    /// <summary>Writes one reason why the host cannot start.</summary>
    /// <param name="message">A sentence.</param>
    public virtual void WriteError(string message) => error.WriteLine($"limiter: {message}");

    /// <summary>Writes what is wrong with the policy files, then the warnings.</summary>
    /// <param name="load">What reading them gave.</param>
    public virtual void WriteFindings(PolicyCatalogLoad load)
    {
        foreach (PolicyError finding in (IEnumerable<PolicyError>)[.. load.Errors, .. load.Warnings.Select(warning => warning with { Message = $"warning: {warning.Message}" })])
        {
            error.WriteLine(finding);
        }
    }
}
