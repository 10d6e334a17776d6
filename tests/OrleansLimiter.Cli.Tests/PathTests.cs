namespace OrleansLimiter.Cli.Tests;

/// <summary><c>limiter check</c> finds the endpoint of a spelling as the policy reference describes.</summary>
public sealed class PathTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public static TheoryData<string> Spellings { get; } = [.. PathTable.Defaults.Select(row => row.Path)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task A_spelling_is_the_endpoint_of_the_reference(string path)
    {
        PathSpelling row = PathTable.Defaults.Single(row => row.Path == path);
        string file = _folder.Write("shop.yaml", """
            policy: shop
            generation: 1
            identity: { account: header:X-Account-Id }
            endpoints:
              exports: [ANY /exports]
              messages: { routes: [POST /conversations/{conversation_id}/messages], resource: conversation_id }
            unlisted: route
            limits:
              - { name: account, scope: account, algorithm: fixed-window, permits: 2, window: 60s }
            """);

        Ended ended = await CommandLine.RunAsync("check", "--policy-file", file, "--account", "a", "--method", "POST", "--path", path);

        if (row.Endpoint is null)
        {
            Assert.Equal((2, ""), (ended.ExitCode, ended.Out));
            Assert.Contains("path", ended.Error, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
            Assert.StartsWith($"allowed  policy shop, endpoint {row.Endpoint}\n", ended.Out, StringComparison.Ordinal);
        }
    }
}
