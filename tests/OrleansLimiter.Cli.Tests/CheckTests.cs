using System.Text.Json.Nodes;

namespace OrleansLimiter.Cli.Tests;

public sealed class CheckTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _file;

    public CheckTests() => _file = _folder.Write("shop.yaml", Policies.TwoAMinute);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_allowed_request_is_printed_with_its_endpoint_limits_and_headers()
    {
        Ended ended = await CommandLine.RunAsync(
            "check", "--policy-file", _file, "--account", "acme", "--method", "POST", "--path", "/orders?page=2");

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Equal(
            """
            allowed  policy shop, endpoint orders

            limit    scope    remaining                of  window  resets in
            account  account  ##########..........  1   2   1 min      1 min

            response headers (limit account)
              X-Remaining: 1

            """,
            ended.Out);
    }

    [Fact]
    public async Task Repeating_shows_how_a_limit_is_exhausted_and_exits_as_denied()
    {
        Ended ended = await CommandLine.RunAsync(
            "check", "--policy-file", _file, "--account", "acme", "--path", "/", "--repeat", "3");

        Assert.Equal(3, ended.ExitCode);
        Assert.StartsWith(
            """
                1  allowed  account 1/2
                2  allowed  account 0/2
                3  denied   account 0/2
            denied  policy shop, endpoint other
            account is exceeded: retry after 
            """,
            ended.Out);
    }

    [Fact]
    public async Task A_cost_above_the_limit_is_reported_as_never_allowed()
    {
        Ended ended = await CommandLine.RunAsync(
            "check", "--policy-file", _file, "--account", "acme", "--path", "/", "--cost", "3");

        Assert.Equal(3, ended.ExitCode);
        Assert.Contains("account never allows this cost: its limit is 2\n", ended.Out);
    }

    [Fact]
    public async Task Peeking_consumes_nothing()
    {
        Ended ended = await CommandLine.RunAsync(
            "check", "--policy-file", _file, "--account", "acme", "--path", "/", "--peek", "--repeat", "3");

        Assert.Equal(0, ended.ExitCode);
        Assert.StartsWith("    1  allowed  account 2/2\n    2  allowed  account 2/2\n    3  allowed  account 2/2\n", ended.Out);
    }

    [Fact]
    public async Task Json_is_the_response_of_the_limiter_on_one_line_for_each_decision()
    {
        Ended ended = await CommandLine.RunAsync(
            "check", "--policy-file", _file, "--account", "acme", "--path", "/", "--repeat", "3", "--json");

        JsonNode[] decisions = [.. ended.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
        Assert.Equal(3, ended.ExitCode);
        Assert.Equal([true, true, false], decisions.Select(decision => decision["allowed"]!.GetValue<bool>()));
        Assert.Equal("account", Assert.Single(decisions[2]["deniedBy"]!.AsArray())!.GetValue<string>());
        Assert.Equal(60_000, decisions[0]["limits"]![0]!["windowMs"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_check_that_the_limiter_refuses_as_invalid_is_a_usage_error_with_its_detail()
    {
        Ended ended = await CommandLine.RunAsync("check", "--policy-file", _file, "--account", "acme");

        Assert.Equal((2, ""), (ended.ExitCode, ended.Out));
        Assert.Equal("limiter: neither path nor endpoint is given; give one of them\n", ended.Error);
    }

    [Fact]
    public async Task An_invalid_policy_file_is_refused_with_its_errors()
    {
        string file = _folder.Write("invalid.yaml", Policies.ThreeErrors);

        Ended ended = await CommandLine.RunAsync("check", "--policy-file", file, "--account", "acme", "--path", "/");

        Assert.Equal((1, ""), (ended.ExitCode, ended.Out));
        Assert.Equal(3, ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("--repeat", "0", "--repeat is '0'; it must be a whole number from 1 to 2147483647")]
    [InlineData("--cost", "many", "--cost is 'many'; it must be a whole number from 1 to 2147483647")]
    [InlineData("--attribute", "plan", "--attribute is 'plan'; it must be like plan=prime")]
    [InlineData("--url", "127.0.0.1:8080", "--url is '127.0.0.1:8080'; it must be like http://127.0.0.1:8080")]
    public async Task The_error_of_an_invalid_option_contains_what_is_expected(string option, string value, string error)
    {
        Ended ended = await CommandLine.RunAsync("check", "--account", "acme", option, value);

        Assert.Equal(2, ended.ExitCode);
        Assert.StartsWith(error + "\n", ended.Error);
    }

    [Fact]
    public async Task A_limiter_and_a_policy_file_exclude_each_other()
    {
        Ended ended = await CommandLine.RunAsync("check", "--url", "http://127.0.0.1:1", "--policy-file", _file);

        Assert.Equal(2, ended.ExitCode);
        Assert.StartsWith("--url and --policy-file are both given; give one of them\n", ended.Error);
    }

    [Fact]
    public async Task An_account_can_begin_with_an_at_sign()
    {
        Ended ended = await CommandLine.RunAsync("check", "--policy-file", _file, "--account", "@acme", "--path", "/");

        Assert.Equal(0, ended.ExitCode);
    }
}
