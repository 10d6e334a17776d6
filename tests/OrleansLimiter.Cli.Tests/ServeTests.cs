using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.Cli.Tests;

public sealed class ServeTests : IDisposable
{
    private const string FreePort = "http://127.0.0.1:0";
    private const string Token = "a-token-that-nobody-sees";

    private readonly TestFolder _folder = new();
    private readonly string _file;

    public ServeTests() => _file = _folder.Write("policies/shop.yaml", Policies.TwoAMinute);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_host_prints_what_it_serves_decides_and_stops_on_a_signal()
    {
        await using var serving = await ServingProcess.StartAsync(
            new Dictionary<string, string> { ["LIMITER_ADMIN_TOKEN"] = Token },
            "--policies", _folder.Path("policies"), "--overrides", _folder.Path("data/overrides.json"));
        using var http = new HttpClient();

        HttpStatusCode ready = (await http.GetAsync(new Uri(serving.Decisions, "/readyz"))).StatusCode;
        HttpStatusCode withoutToken = (await http.GetAsync(new Uri(serving.Administration, "/v1/policies"))).StatusCode;
        Ended check = await CommandLine.RunAsync(
            "check", "--url", serving.Decisions.ToString(), "--account", "acme", "--path", "/orders", "--repeat", "3", "--json");
        Ended served = await serving.StopAsync();

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (ready, withoutToken));
        Assert.Equal(3, check.ExitCode);
        Assert.Equal(0, served.ExitCode);
        Assert.StartsWith("policy  generation  limits\nshop             3  account 2 per 1 min\n", served.Out);
        Assert.DoesNotContain(Token, served.Out + served.Error);
        Assert.DoesNotContain('\e', served.Out + served.Error);
        Assert.False(File.Exists(_folder.Path("data/overrides.json")));
    }

    [Fact]
    public async Task Invalid_policies_are_refused_with_every_error_of_every_file()
    {
        string first = _folder.Write("policies/a.yaml", Policies.ThreeErrors);
        string second = _folder.Write("policies/b.yaml", Policies.ThreeErrors.Replace("limitz: []", "policies: []"));

        Ended ended = await ServeAsync("--policies", _folder.Path("policies"));

        string[] lines = ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1, ended.ExitCode);
        Assert.Equal(3, lines.Count(line => line.StartsWith(first + ":", StringComparison.Ordinal)));
        Assert.Equal(3, lines.Count(line => line.StartsWith(second + ":", StringComparison.Ordinal)));
        Assert.DoesNotContain("   at ", ended.Error);
    }

    [Fact]
    public async Task A_damaged_overrides_file_is_refused_and_left_unchanged()
    {
        string overrides = _folder.Write("overrides.json", "half a fi");

        Ended ended = await ServeAsync("--policies", _file, "--overrides", overrides);

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith($"limiter: the file of overrides '{overrides}' is damaged: ", ended.Error);
        Assert.Equal("half a fi", await File.ReadAllTextAsync(overrides));
    }

    [Fact]
    public async Task The_overrides_of_a_running_host_are_refused_to_a_second_one()
    {
        string overrides = _folder.Path("data/overrides.json");
        await using var serving = await ServingProcess.StartAsync(
            new Dictionary<string, string>(), "--policies", _folder.Path("policies"), "--overrides", overrides);

        Ended ended = await ServeAsync("--policies", _file, "--overrides", overrides);

        Assert.Equal((1, ""), (ended.ExitCode, ended.Out));
        Assert.Equal(
            $"limiter: the file of overrides '{overrides}' is in use by process {serving.Id}, which has the lock '{overrides}.lock'. "
            + "Stop that process, or use another file\n",
            ended.Error);
    }

    [Fact]
    public async Task A_host_that_was_killed_leaves_no_lock()
    {
        string overrides = _folder.Path("data/overrides.json");
        await using (await ServingProcess.StartAsync(
            new Dictionary<string, string>(), "--policies", _folder.Path("policies"), "--overrides", overrides))
        {
        }

        await using var next = await ServingProcess.StartAsync(
            new Dictionary<string, string>(), "--policies", _folder.Path("policies"), "--overrides", overrides);
        Assert.True(File.Exists(overrides + ".lock"));
    }

    [Fact]
    public async Task An_address_in_use_is_refused_in_one_sentence()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();

        Ended ended = await ServeAsync("--policies", _file, "--urls", $"http://{occupant.LocalEndpoint}");

        Assert.Equal((1, ""), (ended.ExitCode, ended.Out));
        Assert.Equal(
            $"limiter: Failed to bind to address http://{occupant.LocalEndpoint}: address already in use; "
            + "stop the process that listens there, or choose another address with --urls, --admin-urls or --grpc-urls\n",
            ended.Error);
    }

    [Fact]
    public async Task A_host_that_cannot_start_logs_no_stack_trace()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();

        Ended ended = await ServingProcess.RefusedAsync(
            "--policies", _file, "--overrides", _folder.Path("data/overrides.json"), "--urls", $"http://{occupant.LocalEndpoint}");

        Assert.Equal((1, ""), (ended.ExitCode, ended.Out));
        Assert.DoesNotContain("   at ", ended.Error);
        Assert.EndsWith("or choose another address with --urls, --admin-urls or --grpc-urls\n", ended.Error);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_refused_in_one_sentence()
    {
        Ended ended = await ServeAsync("--policies", _file, "--urls", "http://192.0.2.1:0");

        Assert.Equal((1, ""), (ended.ExitCode, ended.Out));
        Assert.StartsWith($"limiter: cannot listen on http://192.0.2.1:0 and {FreePort}: ", ended.Error);
        Assert.Single(ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Administration_for_other_machines_is_refused_without_a_token()
    {
        Ended ended = await ServeAsync("--policies", _file, "--admin-urls", "http://*:0");

        Assert.Equal((1, ""), (ended.ExitCode, ended.Out));
        Assert.StartsWith("limiter: admin-urls: 'http://*:0' can be reached from other machines", ended.Error);
    }

    [Fact]
    public async Task All_errors_of_the_addresses_are_reported_together()
    {
        Ended ended = await ServeAsync("--policies", _file, "--urls", "https://127.0.0.1:0", "--trusted-proxies", "10.0.0.0/8, nowhere");

        string[] lines = ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1, ended.ExitCode);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("limiter: urls: ", lines[0]);
        Assert.StartsWith("limiter: trusted-proxies: ", lines[1]);
    }

    // Each option is given once, because later ones do not replace earlier ones.
    private Task<Ended> ServeAsync(params string[] arguments)
    {
        List<string> line = ["serve", .. arguments];
        foreach ((string option, string value) in new[]
            {
                ("--urls", FreePort), ("--admin-urls", FreePort), ("--overrides", _folder.Path("data/overrides.json")), ("--counts", "none"),
            })
        {
            if (!line.Contains(option))
            {
                line.AddRange([option, value]);
            }
        }

        return CommandLine.RunAsync([.. line]);
    }
}
