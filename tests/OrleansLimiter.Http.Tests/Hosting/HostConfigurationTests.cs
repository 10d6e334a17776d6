using Microsoft.Extensions.Configuration;

namespace OrleansLimiter.Http.Tests;

public sealed class HostConfigurationTests
{
    [Fact]
    public void A_host_that_is_told_nothing_has_the_defaults()
    {
        HostSettings settings = Read([], out List<string> faults);

        Assert.Empty(faults);
        Assert.Equal(["policies"], settings.Policies);
        Assert.Equal((LimiterHttpOptions.DefaultUrl, LimiterHttpOptions.DefaultAdminUrl), (settings.Urls, settings.AdminUrls));
        Assert.Equal((1_000_000, TimeSpan.FromMilliseconds(200), true), (settings.MaxGroups, settings.Deadline, settings.FrontEnd));
    }

    [Fact]
    public void Short_switches_and_keys_are_the_same()
    {
        HostSettings settings = Read(
            [
                "--policies", "a; b.yaml", "--urls=http://*:1", "--Limiter:AdminUrls", "http://*:2", "--trusted-proxies", "10.0.0.0/8, ::1",
                "--max-groups", "7", "--Limiter:Deadline=00:00:00.050", "--limiter:frontend", "false",
            ],
            out List<string> faults);

        Assert.Empty(faults);
        Assert.Equal(["a", "b.yaml"], settings.Policies);
        Assert.Equal(("http://*:1", "http://*:2"), (settings.Urls, settings.AdminUrls));
        Assert.Equal(["10.0.0.0/8", "::1"], settings.TrustedProxies);
        Assert.Equal((7, TimeSpan.FromMilliseconds(50), false), (settings.MaxGroups, settings.Deadline, settings.FrontEnd));
    }

    [Fact]
    public void A_list_may_be_written_as_a_list()
    {
        HostSettings settings = Read(["--Limiter:Policies:0", "a", "--Limiter:Policies:1", "b"], out List<string> faults);

        Assert.Empty(faults);
        Assert.Equal(["a", "b"], settings.Policies);
    }

    [Fact]
    public void Keys_of_others_are_left_to_them()
    {
        ConfigurationManager configuration = Fill(["--Orleans:ClusterId", "x", "--ConnectionStrings:limiter=Host=db", "--Logging:LogLevel:Default=Debug"], out List<string> faults);

        Assert.Empty(faults);
        Assert.Equal(("x", "Host=db"), (configuration["Orleans:ClusterId"], configuration["ConnectionStrings:limiter"]));
    }

    [Fact]
    public void Every_mistake_is_told_at_once()
    {
        Read(
            [
                "--polcies", "x", "stray", "--Other:Key=1", "--urls", "--max-groups", "many", "--Limiter:Deadline=0", "--Limiter:FrontEnd", "yes",
                "--Limiter:MaxGroup=1", "--Limiter:Urls:0=http://*:1",
            ],
            out List<string> faults);

        const string Switches = "is not a switch; there are --policies, --urls, --admin-urls, --admin-token, --trusted-proxies, --max-groups, "
            + "and every key of configuration, like --Orleans:ClusterId";
        Assert.Equal(
            [
                $"'--polcies' {Switches}",
                $"'stray' {Switches}",
                $"'--Other:Key' {Switches}",
                "'--urls' has no value",
                "Limiter:Deadline: '0' must be a time from 00:00:00.0010000 to 00:00:10, like 00:00:00.200",
                "Limiter:FrontEnd: 'yes' must be true or false",
                "'Limiter:MaxGroup' is not a setting; there are Limiter:Policies, Limiter:Urls, Limiter:AdminUrls, Limiter:AdminToken, "
                    + "Limiter:TrustedProxies, Limiter:MaxGroups, Limiter:Deadline, Limiter:FrontEnd, Limiter:ShutdownTimeout",
                "max-groups: 'many' must be a whole number of 1 or more",
                "urls: it has parts, like Limiter:Urls:0; write one text",
            ],
            faults);
    }

    private static HostSettings Read(string[] arguments, out List<string> faults) =>
        HostConfiguration.Read(Fill(arguments, out faults), faults);

    private static ConfigurationManager Fill(string[] arguments, out List<string> faults)
    {
        var configuration = new ConfigurationManager();
        HostConfiguration.Fill(configuration, arguments, faults = []);
        return configuration;
    }
}
