using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace OrleansLimiter.Hosting;

/// <summary>The settings of a host are invalid. Each error is a sentence.</summary>
/// <param name="errors">The errors: what was found, and what is expected.</param>
public sealed class HostSettingsException(params IReadOnlyList<string> errors) : Exception(string.Join("; ", errors))
{
    /// <summary>All errors.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}

/// <summary>Describes why a host did not start.</summary>
internal static class StartupErrors
{
    /// <summary>Converts an exception of the start to one message for each error.</summary>
    public static IReadOnlyList<string> Of(Exception error, LimiterHttpOptions http) => error switch
    {
        HostSettingsException settings => settings.Errors,
        OptionsValidationException options => [.. options.Failures],
        IOException { InnerException: AddressInUseException } =>
            [
                $"{error.Message.TrimEnd('.')}; stop the process that listens there, "
                + "or choose another address with --urls, --admin-urls or --grpc-urls",
            ],
        AddressInUseException =>
            [
                "a port of the silo is in use; stop the process that listens there, "
                + "or choose other ports with --Orleans:Endpoints:SiloPort and --Orleans:Endpoints:GatewayPort",
            ],

        InvalidOperationException { Message: var message } when IsWithoutCertificate(message, http) =>
            [
                "grpc-urls: there is no certificate for https; set Kestrel:Certificates:Default:Path, and KeyPath or Password, "
                + "or the variable Kestrel__Certificates__Default__Path",
            ],

        // The exception of Kestrel contains an address only if it is in use.
        SocketException => [$"cannot listen on {http.Urls} and {http.AdminUrls}: {error.Message}"],
        IOException or InvalidDataException or OverrideFileException => [error.Message],
        _ => [$"the host could not start: {MessagesOf(error)}"],
    };

    // Kestrel has no type of exception for this.
    private static bool IsWithoutCertificate(string message, LimiterHttpOptions http) =>
        http.GrpcUrls.Contains("https://", StringComparison.OrdinalIgnoreCase)
        && message.Contains("No server certificate was specified", StringComparison.Ordinal);

    // The message of an inner exception is often more specific. It is left out if an outer message contains it.
    private static string MessagesOf(Exception error)
    {
        List<string> messages = [];
        for (Exception? exception = error; exception is not null; exception = exception.InnerException)
        {
            string message = exception.Message.ReplaceLineEndings(" ").Trim();
            if (!messages.Exists(outer => outer.Contains(message, StringComparison.Ordinal)))
            {
                messages.Add(message);
            }
        }

        return string.Join(": ", messages);
    }
}
