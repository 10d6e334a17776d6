using System.Globalization;

namespace OrleansLimiter.Hosting;

/// <summary>The maximum number of file descriptors of this process. Each connection uses one.</summary>
internal static class DescriptorLimit
{
    /// <summary>The assumption where the limit cannot be read (Windows has none, macOS does not show it): 10,000.</summary>
    public const int Unknown = 10_000;

    private const string Name = "Max open files";

    /// <summary>Reads the limit of this process. The runtime has raised the soft limit to the hard limit.</summary>
    public static int Read()
    {
        try
        {
            return OperatingSystem.IsLinux() ? Parse(File.ReadAllText("/proc/self/limits")) : Unknown;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Unknown;
        }
    }

    /// <summary>Returns the soft limit in the format of <c>/proc/self/limits</c>.</summary>
    public static int Parse(string limits)
    {
        string? line = limits.Split('\n').FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        string soft = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";
        return soft == "unlimited" ? int.MaxValue
            : long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long limit) ? (int)Math.Min(limit, int.MaxValue)
            : Unknown;
    }
}
