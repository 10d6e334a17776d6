using System.Text.Json.Nodes;

namespace OrleansLimiter.Cli.Tests;

public sealed class ValidateTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_valid_file_is_listed_with_its_policy()
    {
        string file = _folder.Write("shop.yaml", Policies.TwoAMinute);

        Ended ended = await CommandLine.RunAsync("validate", file);

        Assert.Equal((0, $"{file}: valid: policy shop, 1 limit\n", ""), (ended.ExitCode, ended.Out, ended.Error));
    }

    [Theory]
    [InlineData("window: 59m", false)]
    [InlineData("window: 1h", true)]
    [InlineData("window: 1h, survive: restart", false)]
    public async Task A_note_says_which_long_limits_do_not_survive_a_restart_of_a_cluster(string window, bool noted)
    {
        string file = _folder.Write("shop.yaml", Policies.TwoAMinute.Replace("window: 60s", window, StringComparison.Ordinal));

        Ended ended = await CommandLine.RunAsync("validate", file);

        string note = $"{file}: note: the counts of 'account', with a window of 1h or longer, begin again when all silos of a cluster stop; "
            + "'survive: restart' keeps them\n";
        Assert.Equal((0, $"{file}: valid: policy shop, 1 limit\n{(noted ? note : "")}"), (ended.ExitCode, ended.Out));
    }

    [Fact]
    public async Task Every_error_is_a_line_with_file_line_and_column()
    {
        string file = _folder.Write("shop.yaml", Policies.ThreeErrors);

        Ended ended = await CommandLine.RunAsync("validate", file);

        string[] lines = ended.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.StartsWith($"{file}:2:13: ", lines[0]);
        Assert.StartsWith($"{file}:5:11: ", lines[1]);
        Assert.StartsWith($"{file}:6:1: ", lines[2]);
        Assert.Equal("3 errors in 1 file", lines[3]);
        Assert.Equal(1, ended.ExitCode);
    }

    [Fact]
    public async Task On_a_terminal_a_caret_points_at_the_error()
    {
        string file = _folder.Write("shop.yaml", Policies.ThreeErrors);

        Ended ended = await CommandLine.RunOnTerminalAsync("validate", file);

        Assert.Contains("    2 | generation: none\n      |             ^\n", ended.Out);
    }

    [Fact]
    public async Task A_folder_is_read_as_its_policies()
    {
        string file = _folder.Write("policies/shop.yml", Policies.TwoAMinute);
        _folder.Write("policies/notes.txt", "not a policy");

        Ended ended = await CommandLine.RunAsync("validate", _folder.Path("policies"));

        Assert.Equal((0, $"{file}: valid: policy shop, 1 limit\n"), (ended.ExitCode, ended.Out));
    }

    [Fact]
    public async Task A_file_that_is_missing_is_an_error()
    {
        string file = _folder.Path("missing.yaml");

        Ended ended = await CommandLine.RunAsync("validate", file);

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith($"{file}: ", ended.Out);
        Assert.EndsWith("1 error in 1 file\n", ended.Out);
    }

    [Fact]
    public async Task Json_contains_errors_with_their_positions()
    {
        string file = _folder.Write("shop.yaml", Policies.ThreeErrors);

        Ended ended = await CommandLine.RunAsync("validate", "--json", file);

        JsonNode json = JsonNode.Parse(ended.Out)!;
        Assert.Equal(1, ended.ExitCode);
        Assert.False(json["valid"]!.GetValue<bool>());
        Assert.Equal([2, 5, 6], json["faults"]!.AsArray().Select(error => error!["line"]!.GetValue<int>()));
        Assert.Empty(json["policies"]!.AsArray());
    }

    [Fact]
    public async Task Json_contains_the_valid_policies()
    {
        string file = _folder.Write("shop.yaml", Policies.TwoAMinute);

        Ended ended = await CommandLine.RunAsync("validate", "--json", file);

        JsonNode policy = Assert.Single(JsonNode.Parse(ended.Out)!["policies"]!.AsArray())!;
        Assert.Equal(0, ended.ExitCode);
        Assert.Equal("shop", policy["policy"]!.GetValue<string>());
        Assert.Equal(3, policy["generation"]!.GetValue<int>());
        Assert.Equal("account", Assert.Single(policy["limits"]!.AsArray())!.GetValue<string>());
    }

    [Fact]
    public async Task Without_a_file_the_command_line_is_invalid()
    {
        Ended ended = await CommandLine.RunAsync("validate");

        Assert.Equal((2, ""), (ended.ExitCode, ended.Out));
        Assert.EndsWith("See 'limiter validate --help'.\n", ended.Error);
    }
}
