using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using OrleansLimiter.Http;

namespace OrleansLimiter.Hosting.Tests;

public sealed class StartupErrorsTests
{
    public static TheoryData<Exception, string[]> Errors => new()
    {
        { new HostSettingsException("first", "second"), ["first", "second"] },
        { new OptionsValidationException("http", typeof(LimiterHttpOptions), ["first", "second"]), ["first", "second"] },
        {
            new IOException("Failed to bind to address http://127.0.0.1:1: address already in use.", new AddressInUseException("in use")),
            ["Failed to bind to address http://127.0.0.1:1: address already in use; stop the process that listens there, or choose another address with --urls, --admin-urls or --grpc-urls"]
        },
        {
            new AddressInUseException("in use"),
            ["a port of the silo is in use; stop the process that listens there, or choose other ports with --Orleans:Endpoints:SiloPort and --Orleans:Endpoints:GatewayPort"]
        },
        {
            new SocketException((int)SocketError.AddressNotAvailable),
            [$"cannot listen on http://127.0.0.1:8080 and http://127.0.0.1:8081: {new SocketException((int)SocketError.AddressNotAvailable).Message}"]
        },
        { new InvalidDataException("the file is damaged"), ["the file is damaged"] },
        {
            new InvalidOperationException("No silo.", new ArgumentException("Wrong\nname.", new FormatException("Wrong name."))),
            ["the host could not start: No silo.: Wrong name."]
        },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void A_startup_exception_becomes_a_line_for_each_error(Exception error, string[] lines) =>
        Assert.Equal(lines, StartupErrors.Of(error, new()));

    [Fact]
    public void A_missing_certificate_is_an_error_that_names_its_keys() => Assert.Equal(
        [
            "grpc-urls: there is no certificate for https; set Kestrel:Certificates:Default:Path, and KeyPath or Password, "
                + "or the variable Kestrel__Certificates__Default__Path",
        ],
        StartupErrors.Of(
            new InvalidOperationException("Unable to configure HTTPS endpoint. No server certificate was specified, and none was found."),
            new() { GrpcUrls = "https://*:8082" }));
}
