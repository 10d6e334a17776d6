namespace OrleansLimiter.Cli.Tests;

public sealed class HelpTests
{
    [Fact]
    public async Task The_program_without_arguments_shows_its_commands_and_a_first_step()
    {
        Ended ended = await CommandLine.RunAsync();

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Contains("Start here:", ended.Out);
        Assert.All(["serve", "validate", "check"], command => Assert.Contains($"\n  {command} ", ended.Out));
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("validate")]
    [InlineData("check")]
    public async Task Every_command_shows_at_least_two_examples(string command)
    {
        Ended ended = await CommandLine.RunAsync(command, "--help");

        string examples = ended.Out[ended.Out.IndexOf("Examples:", StringComparison.Ordinal)..];
        Assert.Equal(0, ended.ExitCode);
        Assert.True(examples.Split($"limiter {command}").Length > 2);
    }

    [Fact]
    public async Task The_version_is_that_of_the_program()
    {
        Ended ended = await ProcessRun.RunAsync("dotnet", typeof(LimiterProgram).Assembly.Location, "--version");

        Assert.Equal(0, ended.ExitCode);
        Assert.StartsWith("0.", ended.Out);
    }

    [Fact]
    public async Task A_misspelt_command_is_a_usage_error_that_suggests_the_right_one()
    {
        Ended ended = await CommandLine.RunAsync("chekc");

        Assert.Equal((2, ""), (ended.ExitCode, ended.Out));
        Assert.Contains("check\n", ended.Error);
    }
}
