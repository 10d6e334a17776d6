using System.Diagnostics;

namespace OrleansLimiter.Testing;

/// <summary>A parser of structured fields (RFC 9651) that the limiter does not share: the package structured-headers of npm.</summary>
public static class StructuredFields
{
    private static readonly string Folder = Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "orleans-limiter", "structured-headers");

    /// <summary>
    /// Parses lists. Skips the test if the package is not installed.
    /// </summary>
    /// <param name="lists">The values of headers.</param>
    /// <returns>
    /// For each list its items as JSON, <c>[["name",{"q":1}]]</c>; an error if it is not a list, or not in its canonical form.
    /// </returns>
    public static async Task<string[]> ParseAsync(params string[] lists)
    {
        string modules = Path.Combine(Folder, "node_modules");
        if (!Directory.Exists(Path.Combine(modules, "structured-headers")))
        {
            Assert.Skip($"structured-headers is not installed (npm install --prefix {Folder} structured-headers)");
        }

        string script = Path.Combine(AppContext.BaseDirectory, "structured-fields.js");
        using Process process = Process.Start(new ProcessStartInfo("node", [script, modules])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        foreach (string list in lists)
        {
            await process.StandardInput.WriteLineAsync(list);
        }

        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return output.TrimEnd('\n').Split('\n');
    }
}
