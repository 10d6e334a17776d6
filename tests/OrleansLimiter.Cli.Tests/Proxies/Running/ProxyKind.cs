using System.Diagnostics;

namespace OrleansLimiter.Cli.Tests;

/// <summary>A proxy that can be installed, and its configuration in <c>docs/integrations</c>.</summary>
public abstract class ProxyKind
{
    /// <summary>The name of the program, which is also the name of its package in Debian.</summary>
    public abstract string Program { get; }

    /// <summary>Arguments of the limiter that the page requires.</summary>
    public virtual string[] LimiterArguments => [];

    /// <summary>What is not installed, and how to install it; null if nothing is missing.</summary>
    public string? Missing => Path is null ? $"{Program} is not installed; on Debian: apt-get install {Program}" : null;

    protected string? Path => field ??= (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
        .Concat(["/usr/sbin", "/usr/local/sbin"])
        .Select(folder => System.IO.Path.Combine(folder, Program))
        .FirstOrDefault(File.Exists);

    /// <summary>Writes the configuration of the page, and returns the command that serves it in the foreground.</summary>
    /// <param name="folder">A folder for everything that the proxy writes.</param>
    /// <param name="fill">Replaces the ports of the configuration.</param>
    internal abstract ProcessStartInfo Configure(TestFolder folder, PageConfiguration fill);
}
