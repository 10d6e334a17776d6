using System.CommandLine;
using OrleansLimiter.Hosting;

namespace OrleansLimiter.Cli.Tests;

public sealed class SettingOptionTests
{
    [Fact]
    public async Task Every_setting_with_a_switch_is_an_option_of_serve_with_the_same_help_text()
    {
        Ended help = await CommandLine.RunAsync("serve", "--help");

        Assert.All(
            HostSetting.All.Where(setting => setting.Switch is not null),
            setting => Assert.Matches($"\n  --{setting.Switch} <{setting.ValueName}> +{System.Text.RegularExpressions.Regex.Escape(setting.Description)}\n", help.Out));
    }

    [Theory]
    [InlineData(new[] { "--policies", "a", "b", "--policies=c;d" }, new[] { "a", "b", "c", "d" })]
    [InlineData(new[] { "--policies", " a ; ;b" }, new[] { "a", "b" })]
    [InlineData(new string[0], new[] { "policies" })]
    public void A_list_accepts_several_values_and_can_be_repeated(string[] arguments, string[] policies) =>
        Assert.Equal(policies, Read("Policies", arguments).Policies);

    [Fact]
    public void A_number_is_read() => Assert.Equal(7, Read("MaxGroups", "--max-groups", "7").MaxGroups);

    [Theory]
    [InlineData("1048576", 1L << 20)]
    [InlineData("3072KiB", 3L << 20)]
    [InlineData("512MiB", 1L << 29)]
    [InlineData("2GiB", 1L << 31)]
    public void A_size_is_read_in_bytes_or_with_a_unit(string text, long bytes) =>
        Assert.Equal(bytes, Read("MaxGroupMemory", "--max-group-memory", text).MaxGroupMemory);

    [Fact]
    public void A_size_that_is_not_given_has_no_fixed_default() => Assert.Null(Read("MaxGroupMemory").MaxGroupMemory);

    [Theory]
    [InlineData("--max-groups is 'many'; it must be a whole number from 1 to 2147483647", "--max-groups", "many")]
    [InlineData("--max-groups is '0'; it must be a whole number from 1 to 2147483647", "--max-groups=0")]
    [InlineData("Option '--urls' expects a single argument but 2 were provided.", "--urls", "http://*:1", "--urls", "http://*:2")]
    public async Task An_invalid_value_is_a_usage_error(string error, params string[] arguments)
    {
        Ended ended = await CommandLine.RunAsync(["serve", .. arguments]);

        Assert.Equal((2, ""), (ended.ExitCode, ended.Out));
        Assert.StartsWith($"{error}\n", ended.Error);
        Assert.EndsWith("See 'limiter serve --help'.\n", ended.Error);
    }

    private static HostSettings Read(string key, params string[] arguments)
    {
        var option = new SettingOption(HostSetting.All.Single(setting => setting.Key == key));
        var settings = new HostSettings();
        option.Apply(new RootCommand { option }.Parse(arguments), settings);
        return settings;
    }
}
