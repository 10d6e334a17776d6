namespace OrleansLimiter.Cli.Tests;

/// <summary>What the two commands of the repository refuse before they build anything.</summary>
public sealed class ScriptTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public async Task Run_refuses_the_cluster_that_this_version_does_not_have()
    {
        Ended ended = await RunAsync("run.sh", "--cluster");

        Assert.Equal((2, ""), (ended.ExitCode, ended.Out));
        Assert.StartsWith("run.sh: the cluster is not part of this version yet", ended.Error);
    }

    [Fact]
    public async Task Test_refuses_to_require_the_cluster_that_this_version_does_not_have()
    {
        Ended ended = await RunAsync("test.sh", "--require-cluster");

        Assert.Equal((2, ""), (ended.ExitCode, ended.Out));
        Assert.StartsWith("test.sh: this version has no cluster", ended.Error);
    }

    private static Task<Ended> RunAsync(string script, string argument) =>
        ProcessRun.RunAsync("bash", Path.Combine(Root, script), argument);

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "test.sh")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not lie in the repository");
        }

        return folder;
    }
}
