namespace OrleansLimiter.Cli.Tests;

/// <summary>The shipped policy <c>front</c> with windows that outlast a test, and with a body.</summary>
internal static class FrontPolicy
{
    private const string Denied = """
            status: 429
            content-type: application/json
            body: '{"message":"Too many requests"}'
        """;

    public static string Text { get; } = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "policies", "front.yaml"))
        .Replace("window: 60s", "window: 1d", StringComparison.Ordinal)
        .Replace("window: 1s", "window: 1h", StringComparison.Ordinal)
        .Replace("    status: 429\n", $"{Denied}\n", StringComparison.Ordinal);
}
