namespace OrleansLimiter.Cli.Tests;

/// <summary>What the scripts of the repository build, run and report, with a <c>dotnet</c> that only records its arguments.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")] // bash
public sealed class ScriptTests : IDisposable
{
    private static readonly string Root = FindRoot();

    private readonly TestFolder _folder = new();

    public ScriptTests()
    {
        foreach (string file in (string[])["run.sh", "test.sh", "eng/sdk.sh"])
        {
            _folder.Write(file, File.ReadAllText(Path.Combine(Root, file)));
        }

        // Fails for the command in FAILS; `dotnet test` ends with the lines of SUMMARY.
        File.SetUnixFileMode(
            _folder.Write("bin/dotnet", """
                #!/usr/bin/env bash
                [ "$1" = --version ] || echo "$*" >> "$NOTES"
                [ "$1" != test ] || printf "$SUMMARY"
                [ "$1" != "$FAILS" ] || { echo "error NU1101: Unable to find package X."; exit 3; }
                """),
            UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData]
    [InlineData("--cluster")]
    public async Task Run_starts_the_cluster(params string[] mode)
    {
        Ended ended = await RunAsync("run.sh", [.. mode, "--urls", "http://127.0.0.1:1"]);

        Assert.Equal(0, ended.ExitCode);
        Assert.Equal(["build Hosts.slnf", "Silo.dll --urls http://127.0.0.1:1"], Notes());
    }

    [Fact]
    public async Task Run_starts_the_limiter_without_Orleans_with_the_option_embedded()
    {
        Ended ended = await RunAsync("run.sh", ["--embedded", "--overrides", "a file"]);

        Assert.Equal(0, ended.ExitCode);
        Assert.Equal(
            ["build Hosts.slnf", "limiter.dll serve --policies policies --counts data/counts.log --overrides a file"], Notes());
    }

    [Fact]
    public async Task Run_keeps_counts_in_the_file_that_is_given()
    {
        await RunAsync("run.sh", ["--embedded", "--counts=none"]);

        Assert.Equal("limiter.dll serve --policies policies --overrides data/overrides.json --counts=none", Notes()[^1]);
    }

    [Fact]
    public async Task Run_refuses_conflicting_options()
    {
        Ended ended = await RunAsync("run.sh", ["--embedded", "--cluster"]);

        Assert.Equal((2, ""), (ended.ExitCode, ended.Out));
        Assert.Equal("run.sh: --cluster and --embedded exclude each other\n", ended.Error);
    }

    [Theory]
    [InlineData]
    [InlineData("--embedded")]
    public async Task Run_starts_nothing_after_a_failed_build_and_reports_why(params string[] mode)
    {
        Ended ended = await RunAsync("run.sh", mode, fails: "build");

        Assert.Equal(3, ended.ExitCode);
        Assert.EndsWith("\nerror NU1101: Unable to find package X.\n", ended.Error);
        Assert.Equal(["build Hosts.slnf"], Notes());
    }

    [Fact]
    public async Task Test_fails_after_a_failed_build_and_reports_why()
    {
        Ended ended = await RunAsync("test.sh", [], fails: "build");

        Assert.Equal((1, "0 passed, 1 failed, 0 skipped\n"), (ended.ExitCode, ended.Out));
        Assert.EndsWith("\nerror NU1101: Unable to find package X.\ntest.sh: the build failed\n", ended.Error);
        Assert.Equal(["build OrleansLimiter.sln"], Notes());
    }

    [Fact]
    public async Task Test_runs_all_tests_and_passes_arguments_on()
    {
        await RunAsync("test.sh", ["--hangdump"], summary: Summary(passed: 1));

        Assert.Equal(
            "test --solution OrleansLimiter.sln --configuration Release --no-build --no-ansi --no-progress --max-parallel-test-modules 1 --hangdump",
            Notes()[^1]);
    }

    [Theory]
    [InlineData("--filter")]
    [InlineData("--filter-class")]
    public async Task A_filter_can_leave_a_project_without_tests(string filter)
    {
        await RunAsync("test.sh", [filter, "Some"], summary: Summary(passed: 1));

        Assert.EndsWith($" --ignore-exit-code 8 {filter} Some", Notes()[^1]);
    }

    [Theory]
    [InlineData(12, 0, 0, 0, false, "12 passed, 0 failed, 0 skipped", 0)]
    [InlineData(12, 0, 3, 0, false, "12 passed, 0 failed, 3 skipped", 0)]
    [InlineData(0, 0, 3, 0, false, "0 passed, 0 failed, 3 skipped", 0)]
    [InlineData(12, 2, 3, 0, true, "12 passed, 2 failed, 3 skipped", 1)]
    [InlineData(12, 2, 0, 1, true, "12 passed, 3 failed, 0 skipped", 1)]
    [InlineData(12, 0, 0, 1, true, "12 passed, 1 failed, 0 skipped", 1)]
    [InlineData(12, 0, 0, 0, true, "12 passed, 1 failed, 0 skipped", 1)]
    [InlineData(0, 0, 0, 0, false, "0 passed, 1 failed, 0 skipped", 1)]
    public async Task Test_ends_with_a_summary_line(
        int passed, int failed, int skipped, int errors, bool fails, string line, int exitCode)
    {
        Ended ended = await RunAsync("test.sh", [], Summary(passed, failed, skipped, errors), fails ? "test" : "");

        Assert.Equal(exitCode, ended.ExitCode);
        Assert.EndsWith($"\n{line}\n", ended.Out);
    }

    [Fact]
    public async Task A_run_that_has_no_summary_has_failed()
    {
        Ended ended = await RunAsync("test.sh", [], summary: "", fails: "test");

        Assert.Equal(1, ended.ExitCode);
        Assert.EndsWith("test.sh: dotnet test ended with 3 after 0 tests\n0 passed, 1 failed, 0 skipped\n", ended.Out);
    }

    [Fact]
    public async Task Test_ends_with_the_tests_that_failed()
    {
        string report = """
            failed OrleansLimiter.SomeTests.Counts(name: "a (b)") (5ms)
              from /tests/Some.Tests.dll (net10.0|x64)
              Assert.Equal() Failure: Values differ
              Expected: 1
              Actual:   2
                at OrleansLimiter.SomeTests.Counts(String name) in /tests/SomeTests.cs:1
              Standard output
                a note
            failed to bind, a host writes (x)
              and goes on

            """.ReplaceLineEndings("\\n");

        Ended ended = await RunAsync("test.sh", [], report + Summary(passed: 1, failed: 1), fails: "test");

        Assert.EndsWith(
            """
            error NU1101: Unable to find package X.
            failed OrleansLimiter.SomeTests.Counts(name: "a (b)") (5ms)
              Assert.Equal() Failure: Values differ
              Expected: 1
              Actual:   2
            1 passed, 1 failed, 0 skipped

            """,
            ended.Out);
    }

    // As `dotnet test` writes it. The line of errors is there only if a project ended early or ran no test.
    private static string Summary(int passed, int failed = 0, int skipped = 0, int errors = 0) =>
        "\\nTest run summary: …\\n" + (errors == 0 ? "" : $"  error: {errors}\\n\\n")
        + $"  total: {passed + failed + skipped}\\n  failed: {failed}\\n  succeeded: {passed}\\n  skipped: {skipped}\\n  duration: 1s 2ms\\n";

    // Without the arguments that all of them have.
    private string[] Notes() =>
    [
        .. File.ReadAllLines(NotesFile).Select(line => line
            .Replace(" --configuration Release --verbosity quiet --tl:off", "")
            .Replace(_folder.Path("src/OrleansLimiter.Silo/bin/Release/net10.0/OrleansLimiter.Silo.dll"), "Silo.dll")
            .Replace(_folder.Path("src/OrleansLimiter.Cli/bin/Release/net10.0/limiter.dll"), "limiter.dll")
            .Replace(_folder.Path("policies"), "policies")
            .Replace(_folder.Path("data"), "data")),
    ];

    private string NotesFile => _folder.Path("notes");

    private Task<Ended> RunAsync(string script, string[] arguments, string summary = "", string fails = "") => ProcessRun.RunAsync(
        "env",
        [
            $"PATH={_folder.Path("bin")}:{Environment.GetEnvironmentVariable("PATH")}",
            $"NOTES={NotesFile}", $"SUMMARY={summary}", $"FAILS={fails}", "bash", _folder.Path(script), .. arguments,
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
