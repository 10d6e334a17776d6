using Microsoft.Extensions.Configuration;
using OrleansLimiter.Decisions;
using OrleansLimiter.Http;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Hosting.Tests;

public sealed class HostConfigurationTests
{
    [Fact]
    public void A_host_without_configuration_has_the_defaults()
    {
        HostSettings settings = HostConfiguration.Read([]).Settings;

        Assert.Equal(["policies"], settings.Policies);
        Assert.Equal((LimiterHttpOptions.DefaultUrl, LimiterHttpOptions.DefaultAdminUrl), (settings.Http.Urls, settings.Http.AdminUrls));
        Assert.Empty(settings.Http.TrustedProxies);
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)), (settings.ShutdownTimeout, settings.HandOverTimeout));
        Assert.Equal(TimeSpan.FromMilliseconds(100), settings.ReplicaInterval);
        Assert.Equal((1_000_000, TimeSpan.FromMilliseconds(200), true), (settings.MaxGroups, settings.Deadline, settings.FrontEnd));
        Assert.False(settings.DecideWhenIsolated);
    }

    [Fact]
    public void Short_switches_and_keys_are_the_same()
    {
        HostSettings settings = HostConfiguration.Read(
            [
                "--policies", "a; b.yaml", "--urls=http://*:1", "--Limiter:AdminUrls", "http://*:2", "--trusted-proxies", "10.0.0.0/8, ::1",
                "--admin-token", "secret", "--max-groups", "7", "--Limiter:Deadline=00:00:00.050", "--limiter:frontend", "false",
                "--Limiter:ShutdownTimeout=00:01:00", "--Limiter:DrainDelay=00:00:00", "--Limiter:StartTimeout=00:00:07",
                "--Limiter:HandOverTimeout=00:00:30", "--Limiter:ReplicaInterval=00:00:00", "--Limiter:DecideWhenIsolated=true",
            ]).Settings;

        Assert.Equal(["a", "b.yaml"], settings.Policies);
        Assert.Equal(("http://*:1", "http://*:2"), (settings.Http.Urls, settings.Http.AdminUrls));
        Assert.Equal("secret", settings.Http.AdminToken);
        Assert.Equal(["10.0.0.0/8", "::1"], settings.Http.TrustedProxies);
        Assert.Equal((7, TimeSpan.FromMilliseconds(50), false), (settings.MaxGroups, settings.Deadline, settings.FrontEnd));
        Assert.Equal(
            (TimeSpan.FromMinutes(1), TimeSpan.Zero, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(30), TimeSpan.Zero),
            (settings.ShutdownTimeout, settings.DrainDelay, settings.StartTimeout, settings.HandOverTimeout, settings.ReplicaInterval));
        Assert.True(settings.DecideWhenIsolated);
    }

    [Fact]
    public void The_rate_limit_service_has_no_address_by_default_and_can_have_one_with_a_certificate()
    {
        HostSettings defaults = HostConfiguration.Read([]).Settings;
        (HostSettings set, IConfiguration configuration) = HostConfiguration.Read(
            [
                "--grpc-urls", "https://*:8082", "--rls-on-missing=deny", "--Kestrel:Certificates:Default:Path=a.pem",
                "--Kestrel:Endpoints:Other:Url=http://*:1",
            ]);

        Assert.Equal(("", RlsMissing.Error), (defaults.Http.GrpcUrls, defaults.Http.RlsOnMissing));
        Assert.Equal(("https://*:8082", RlsMissing.Deny), (set.Http.GrpcUrls, set.Http.RlsOnMissing));
        Assert.Equal(
            ["Certificates:Default:Path"],
            ServerCertificates.From(configuration).AsEnumerable().Where(pair => pair.Value is not null).Select(pair => pair.Key));
    }

    [Fact]
    public void Connections_and_buffers_have_no_fixed_defaults_and_can_be_set()
    {
        HostSettings defaults = HostConfiguration.Read([]).Settings;
        HostSettings set = HostConfiguration.Read(
            [
                "--max-connections", "500", "--Limiter:MaxConnectionsPerAddress=5", "--request-timeout", "00:00:03",
                "--response-timeout=00:00:04", "--max-buffered-bytes", "10000000000",
            ]).Settings;

        Assert.Equal((null, null, null), (defaults.MaxConnections, defaults.MaxConnectionsPerAddress, defaults.MaxBufferedBytes));
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)), (defaults.RequestTimeout, defaults.ResponseTimeout));
        Assert.Equal((500, 5, 10_000_000_000), (set.MaxConnections, set.MaxConnectionsPerAddress, set.MaxBufferedBytes));
        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4)), (set.RequestTimeout, set.ResponseTimeout));
    }

    [Fact]
    public void A_list_can_be_configured_as_an_array()
    {
        HostSettings settings = HostConfiguration.Read(["--Limiter:Policies:0", "a", "--Limiter:Policies:1", "b"]).Settings;

        Assert.Equal(["a", "b"], settings.Policies);
    }

    [Fact]
    public void Unrelated_keys_are_ignored()
    {
        IConfiguration configuration = HostConfiguration.Read(
            ["--Orleans:ClusterId", "x", "--ConnectionStrings:limiter=Host=db", "--Logging:LogLevel:Default=Debug"]).Configuration;

        Assert.Equal(("x", "Host=db"), (configuration["Orleans:ClusterId"], configuration["ConnectionStrings:limiter"]));
    }

    [Fact]
    public void All_errors_are_reported_together()
    {
        var refused = Assert.Throws<HostSettingsException>(() => HostConfiguration.Read(
            [
                "--polcies", "x", "stray", "--Other:Key=1", "--urls", "--max-groups", "many", "--Limiter:Deadline=0", "--Limiter:FrontEnd", "yes",
                "--Limiter:MaxGroup=1", "--Limiter:Urls:0=http://*:1",
            ]));

        const string Switches = "is not a switch; the switches are --policies, --urls, --admin-urls, --grpc-urls, --rls-on-missing, --admin-token, --trusted-proxies, --authorize-status, --max-groups, "
            + "--max-group-memory, --policy-removal-delay, --max-connections, --max-connections-per-address, --request-timeout, --response-timeout, --max-buffered-bytes, "
            + "and every key of configuration, like --Orleans:ClusterId";
        Assert.Equal(
            [
                $"'--polcies' {Switches}",
                $"'stray' {Switches}",
                $"'--Other:Key' {Switches}",
                "'--urls' has no value",
                "Limiter:Deadline: '0' must be a time from 00:00:00.0010000 to 00:00:10, like 00:00:00.200",
                "Limiter:FrontEnd: 'yes' must be true or false",
                "'Limiter:MaxGroup' is not a setting; the settings are Limiter:Policies, Limiter:Urls, Limiter:AdminUrls, Limiter:GrpcUrls, Limiter:RlsOnMissing, Limiter:AdminToken, "
                    + "Limiter:TrustedProxies, Limiter:AuthorizeStatus, Limiter:MaxGroups, Limiter:MaxGroupMemory, Limiter:Deadline, Limiter:FrontEnd, Limiter:PolicyRemovalDelay, Limiter:ShutdownTimeout, Limiter:DrainDelay, Limiter:HandOverTimeout, "
                    + "Limiter:ReplicaInterval, Limiter:DecideWhenIsolated, "
                    + "Limiter:StartTimeout, Limiter:MaxConnections, Limiter:MaxConnectionsPerAddress, Limiter:RequestTimeout, "
                    + "Limiter:ResponseTimeout, Limiter:MaxBufferedBytes",
                "max-groups: 'many' must be a whole number from 1 to 2147483647",
                "urls: must be one text, without keys below it like Limiter:Urls:0",
            ],
            refused.Errors);
    }

    [Theory]
    [InlineData("--max-group-memory=1023KiB", "max-group-memory: '1023KiB' must be a size of 1MiB or more, like 512MiB or 2GiB")]
    [InlineData("--max-group-memory=1.5GiB", "max-group-memory: '1.5GiB' must be a size of 1MiB or more, like 512MiB or 2GiB")]
    [InlineData("--max-group-memory=9000000000GiB", "max-group-memory: '9000000000GiB' must be a size of 1MiB or more, like 512MiB or 2GiB")]
    [InlineData("--max-groups=0", "max-groups: '0' must be a whole number from 1 to 2147483647")]
    [InlineData("--max-groups=2147483648", "max-groups: '2147483648' must be a whole number from 1 to 2147483647")]
    [InlineData("--max-groups=", "max-groups: '' must be a whole number from 1 to 2147483647")]
    [InlineData("--Limiter:Deadline=00:00:10.001", "Limiter:Deadline: '00:00:10.001' must be a time from 00:00:00.0010000 to 00:00:10, like 00:00:00.200")]
    [InlineData("--Limiter:Deadline=200", "Limiter:Deadline: '200' must be a time from 00:00:00.0010000 to 00:00:10, like 00:00:00.200")]
    [InlineData("--Limiter:ShutdownTimeout=00:00:00", "Limiter:ShutdownTimeout: '00:00:00' must be a time from 00:00:00.0010000 to 01:00:00, like 00:00:00.200")]
    [InlineData("--Limiter:DrainDelay=-00:00:01", "Limiter:DrainDelay: '-00:00:01' must be a time from 00:00:00 to 01:00:00, like 00:00:00.200")]
    [InlineData("--Limiter:StartTimeout=01:00:01", "Limiter:StartTimeout: '01:00:01' must be a time from 00:00:00 to 01:00:00, like 00:00:00.200")]
    [InlineData("--max-connections=0", "max-connections: '0' must be a whole number from 1 to 2147483647")]
    [InlineData("--max-buffered-bytes=1048575", "max-buffered-bytes: '1048575' must be a size of 1MiB or more, like 512MiB or 2GiB")]
    [InlineData("--response-timeout=00:00:01", "response-timeout: '00:00:01' must be a time from 00:00:02 to 01:00:00, like 00:00:00.200")]
    [InlineData("--Limiter:FrontEnd=1", "Limiter:FrontEnd: '1' must be true or false")]
    [InlineData("--Limiter:DecideWhenIsolated=yes", "Limiter:DecideWhenIsolated: 'yes' must be true or false")]
    public void A_value_out_of_range_is_refused_with_the_range(string argument, string error) =>
        Assert.Equal([error], Assert.Throws<HostSettingsException>(() => HostConfiguration.Read([argument])).Errors);

    [Fact]
    public void The_help_page_has_a_line_for_each_setting_with_its_default()
    {
        var output = new StringWriter();

        HostConfiguration.WriteHelp(output);

        Assert.All(HostSetting.All, setting => Assert.Contains($"\n  --{setting.Name,-26} {setting.Help}", output.ToString()));
        Assert.Contains("\n  --urls                       The addresses of decisions, separated by ';'; * for every network, "
            + "port 0 for a free port [default: http://127.0.0.1:8080]\n", output.ToString());
        Assert.Contains("[default: 1000000]\n  --max-group-memory           The maximum memory of living bucket groups, estimated, "
            + "like 512MiB [default: a half of what the process may use]\n  --Limiter:Deadline           The maximum time of a decision [default: 00:00:00.2000000]\n", output.ToString());
        Assert.DoesNotContain("separated by ',' [default:", output.ToString());
    }
}
