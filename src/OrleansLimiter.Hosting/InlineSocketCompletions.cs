using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace OrleansLimiter.Hosting;

/// <summary>
/// Serves requests on the threads that wait for the sockets, one for each core. A decision takes less time than handing the
/// request to another thread.
/// </summary>
/// <remarks>
/// Nothing may block these threads. Decisions do not; the middleware sends other calls (administration, health) to the thread pool;
/// Orleans hands what it receives to the thread pool by pipes of its own.
/// </remarks>
public static class InlineSocketCompletions
{
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>
    /// Switches them on for this process; must be called before it opens its first socket. The runtime reads the switch from an
    /// environment variable only; a variable that is set already stays as it is.
    /// </summary>
    public static void EnableForProcess()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
        {
            Environment.SetEnvironmentVariable(Variable, "1");
        }
    }

    /// <summary>
    /// Has Kestrel use them. Callers are few and busy (proxies, services), so that each connection keeps a buffer.
    /// </summary>
    /// <param name="sockets">The options of Kestrel's sockets.</param>
    public static void Configure(SocketTransportOptions sockets)
    {
        sockets.UnsafePreferInlineScheduling = true;
        sockets.WaitForDataBeforeAllocatingBuffer = false;
    }
}
