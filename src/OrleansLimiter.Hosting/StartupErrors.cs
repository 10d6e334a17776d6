using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using OrleansLimiter.Decisions;
using OrleansLimiter.Http;

namespace OrleansLimiter.Hosting;

/// <summary>The settings of a host are invalid. Each error is a sentence.</summary>
/// <param name="errors">What was found, and what is expected.</param>
public sealed class HostSettingsException(params IReadOnlyList<string> errors) : Exception(string.Join("; ", errors))
{
    /// <summary>All errors.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}

/// <summary>Says why a host did not start.</summary>
internal static class StartupErrors
{
    /// <summary>One line for each error that an exception of the start stands for.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="http">Where the host was to listen.</param>
    public static IReadOnlyList<string> Of(Exception error, LimiterHttpOptions http) => error switch
    {
        HostSettingsException settings => settings.Errors,
        OptionsValidationException options => [.. options.Failures],
        IOException { InnerException: AddressInUseException } =>
            [$"{error.Message.TrimEnd('.')}; end what listens there, or choose another with --urls or --admin-urls"],
        AddressInUseException =>
            ["a port of the silo is in use; end what listens there, or choose others with --Orleans:Endpoints:SiloPort and --Orleans:Endpoints:GatewayPort"],

        // Kestrel names an address only if it is in use.
        SocketException => [$"cannot listen on {http.Urls} and {http.AdminUrls}: {error.Message}"],
        IOException or InvalidDataException or OverrideFileException => [error.Message],
        _ => [$"the host could not start: {MessagesOf(error)}"],
    };

    // An inner exception often says what the outer one only announces.
    private static string MessagesOf(Exception error)
    {
        List<string> messages = [];
        for (Exception? one = error; one is not null; one = one.InnerException)
        {
            string message = one.Message.ReplaceLineEndings(" ").Trim();
            if (!messages.Exists(said => said.Contains(message, StringComparison.Ordinal)))
            {
                messages.Add(message);
            }
        }

        return string.Join(": ", messages);
    }
}
