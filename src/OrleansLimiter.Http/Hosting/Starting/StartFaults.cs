using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace OrleansLimiter.Http;

/// <summary>A host is told something that cannot be right. Each fault is a sentence.</summary>
/// <param name="faults">What was found and what would be right.</param>
public sealed class HostSettingsException(params IReadOnlyList<string> faults) : Exception(string.Join("; ", faults))
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}

/// <summary>Why a host did not start, for people.</summary>
public static class StartFaults
{
    /// <summary>One line for each fault that an exception of the start stands for.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="urls">Where decisions were to be served.</param>
    /// <param name="adminUrls">Where administration was to be served.</param>
    /// <returns>The lines; none where it is not a fault of settings or of the network, but something unforeseen.</returns>
    public static IReadOnlyList<string> Of(Exception error, string urls, string adminUrls) => error switch
    {
        HostSettingsException settings => settings.Faults,
        OptionsValidationException options => [.. options.Failures],
        IOException { InnerException: AddressInUseException } =>
            [$"{error.Message.TrimEnd('.')}; end what listens there, or choose another with --urls or --admin-urls"],
        AddressInUseException =>
            ["a port of the silo is in use; end what listens there, or choose others with --Orleans:Endpoints:SiloPort and --Orleans:Endpoints:GatewayPort"],
        SocketException => [$"cannot listen on {urls} and {adminUrls}: {error.Message}"], // Kestrel names an address only where it is in use
        IOException or InvalidDataException => [error.Message],
        _ => [],
    };
}
