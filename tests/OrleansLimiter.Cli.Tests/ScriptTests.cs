namespace OrleansLimiter.Cli.Tests;

/// <summary>What the two commands of the repository build and run, with a <c>dotnet</c> that only notes what it is asked.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")] // bash
public sealed class ScriptTests : IDisposable
{
    private const string Azure = "Microsoft.Orleans.Clustering.AzureStorage";
    private const string Orleans = "Microsoft.Orleans.Sdk";
    private const string OnEmbedded = "Orleans packages cannot be restored here (Microsoft.Orleans.Sdk); going on with the part that needs none\n";

    private static readonly string Root = FindRoot();

    private readonly TestFolder _folder = new();

    public ScriptTests()
    {
        foreach (string file in (string[])["run.sh", "test.sh", "eng/sdk.sh", "global.json", "Directory.Build.props", "OrleansLimiter.sln", "Embedded.slnf"])
        {
            _folder.Write(file, File.ReadAllText(Path.Combine(Root, file)));
        }

        // Missing is what it cannot restore for the cluster.
        File.SetUnixFileMode(
            _folder.Write("bin/dotnet", """
                #!/usr/bin/env bash
                [ "$1" = --version ] || echo "${WithAzure:-true} $*" >> "$NOTES"
                if [ "$1" = build ] && [[ $2 == Hosts.slnf || $2 == *.sln ]]; then
                  for package in $MISSING; do
                    if [[ $package != *Azure* || ${WithAzure:-true} != false ]]; then
                      echo "/x.csproj : error NU1101: Unable to find package $package. No packages exist with this id in source(s): y [/x.sln]"
                      failed=1
                    fi
                  done
                fi
                exit "${failed:-0}"
                """),
            UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_starts_the_cluster()
    {
        Ended ended = await RunAsync("run.sh", missing: "", "--urls", "http://127.0.0.1:1");

        Assert.Equal(0, ended.ExitCode);
        Assert.Equal(["true build Hosts.slnf", "true Silo.dll --urls http://127.0.0.1:1"], Notes());
    }

    [Fact]
    public async Task Run_leaves_Azure_out_where_only_that_cannot_be_restored()
    {
        Ended ended = await RunAsync("run.sh", missing: Azure);

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains($"run.sh: {Azure} cannot be restored here; going on without (WithAzure=false)\n", ended.Error);
        Assert.Equal(["true build Hosts.slnf", "false build Hosts.slnf", "false Silo.dll"], Notes());
    }

    [Fact]
    public async Task Run_goes_on_without_Orleans_and_says_so_in_a_line()
    {
        Ended ended = await RunAsync("run.sh", missing: $"{Azure} {Orleans}", "--overrides", "a file");

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains($"run.sh: Orleans packages cannot be restored here ({Azure} and 1 more); going on with the part that needs none\n", ended.Error);
        Assert.DoesNotContain("NU1101", ended.Error);
        Assert.Equal(["true build Hosts.slnf", "true build Cli", "true limiter.dll serve --policies policies --overrides a file"], Notes());
    }

    [Fact]
    public async Task What_could_not_be_restored_lately_is_not_tried_again()
    {
        await RunAsync("run.sh", missing: Orleans);
        File.Delete(NotesFile);

        Ended ended = await RunAsync("run.sh", missing: Orleans);

        Assert.EndsWith($"run.sh: {OnEmbedded}building src/OrleansLimiter.Cli; the first time this takes a minute or two\n", ended.Error);
        Assert.Equal("true build Cli", Notes()[0]);
    }

    [Fact]
    public async Task A_cluster_that_is_insisted_on_is_tried_again_and_forgotten_to_be_missing()
    {
        await RunAsync("run.sh", missing: Orleans);
        await RunAsync("run.sh", missing: "", "--cluster");
        File.Delete(NotesFile);

        await RunAsync("run.sh", missing: "");

        Assert.Equal(["true build Hosts.slnf", "true Silo.dll"], Notes());
    }

    [Fact]
    public async Task Run_fails_where_the_cluster_is_insisted_on_and_cannot_be()
    {
        Ended ended = await RunAsync("run.sh", missing: Orleans, "--cluster");

        Assert.Equal(1, ended.ExitCode);
        Assert.EndsWith($"run.sh: the cluster needs packages that cannot be restored here: {Orleans}\n", ended.Error);
        Assert.Equal(["true build Hosts.slnf"], Notes());
    }

    [Fact]
    public async Task Run_builds_no_cluster_where_none_is_wanted()
    {
        Ended ended = await RunAsync("run.sh", missing: "", "--embedded");

        Assert.Equal(0, ended.ExitCode);
        Assert.Equal("true build Cli", Notes()[0]);
    }

    [Fact]
    public async Task Run_refuses_to_be_both()
    {
        Ended ended = await RunAsync("run.sh", missing: "", "--embedded", "--cluster");

        Assert.Equal((2, ""), (ended.ExitCode, ended.Out));
        Assert.Equal("run.sh: --cluster and --embedded exclude each other\n", ended.Error);
    }

    [Theory]
    [InlineData("", "OrleansLimiter.sln")]
    [InlineData(Orleans, "Embedded.slnf")]
    public async Task Test_tests_what_can_be_restored(string missing, string solution)
    {
        await RunAsync("test.sh", missing, "--filter", "Some");

        Assert.StartsWith($"true test {solution} --configuration Release --no-build", Notes()[^1]);
        Assert.EndsWith("--filter Some", Notes()[^1]);
    }

    [Fact]
    public async Task Test_fails_where_the_cluster_is_required_and_cannot_be()
    {
        Ended ended = await RunAsync("test.sh", missing: Orleans, "--require-cluster");

        Assert.Equal(1, ended.ExitCode);
        Assert.Matches("^0 passed, [0-9]+ failed, 0 skipped\n$", ended.Out);
        Assert.Contains($"test.sh: the cluster needs packages that cannot be restored here: {Orleans}\n", ended.Error);
    }

    private string NotesFile => _folder.Path("notes");

    // Without what is the same in all of them.
    private string[] Notes() =>
    [
        .. File.ReadAllLines(NotesFile).Select(line => line
            .Replace(" --configuration Release --verbosity quiet --tl:off", "")
            .Replace("src/OrleansLimiter.", "")
            .Replace(_folder.Path("Silo/bin/Release/net10.0/OrleansLimiter.Silo.dll"), "Silo.dll")
            .Replace(_folder.Path("Cli/bin/Release/net10.0/limiter.dll"), "limiter.dll")
            .Replace(_folder.Path("policies"), "policies")),
    ];

    private Task<Ended> RunAsync(string script, string missing, params string[] arguments) => ProcessRun.RunAsync(
        "env",
        [
            "-u", "WithAzure", $"PATH={_folder.Path("bin")}:{Environment.GetEnvironmentVariable("PATH")}",
            $"NOTES={NotesFile}", $"MISSING={missing}", "bash", _folder.Path(script), .. arguments,
        ]);

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
