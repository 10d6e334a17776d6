using System.Diagnostics;

namespace OrleansLimiter.Packages.Tests;

/// <summary>Runs the SDK as a user does, in a folder.</summary>
internal static class DotNet
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(10);

    /// <summary>Runs <c>dotnet</c> to its end and returns what it wrote. It fails if the command does.</summary>
    public static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        (int code, string output) = await TryRunAsync(folder, "dotnet", arguments);
        Assert.True(code == 0, $"dotnet {string.Join(' ', arguments)} ended with {code}:\n{output}");
        return output;
    }

    /// <summary>Runs a program to its end and returns its exit code and what it wrote.</summary>
    public static async Task<(int Code, string Output)> TryRunAsync(string folder, string program, params string[] arguments)
    {
        using Process process = Process.Start(StartInfo(folder, program, arguments))!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(MaxWait);
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>How a program is started so that no build server outlives it, and its messages are in English.</summary>
    public static ProcessStartInfo StartInfo(string folder, string program, params string[] arguments) => new(program, arguments)
    {
        WorkingDirectory = folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment =
        {
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_CLI_UI_LANGUAGE"] = "en",
            ["DOTNET_NOLOGO"] = "1",
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["MSBUILDTERMINALLOGGER"] = "off",
            ["NuGetAudit"] = "false", // the feed of advisories may be out of reach
            ["UseSharedCompilation"] = "false",
        },
    };
}
