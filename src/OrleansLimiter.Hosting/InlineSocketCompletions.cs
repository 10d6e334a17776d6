using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace OrleansLimiter.Hosting;

/// <summary>
/// Processes requests on the threads that wait for the sockets, one for each core. A decision takes less time than a switch to
/// another thread.
/// </summary>
/// <remarks>
/// No code may block these threads. Decisions do not; the middleware runs other calls (administration, health) on the thread pool;
/// Orleans passes received messages to the thread pool through its own pipes.
/// </remarks>
public static class InlineSocketCompletions
{
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>
    /// Enables inline completions for this process; must be called before the first socket is opened. The runtime reads the setting from
    /// an environment variable only. A variable that is already set is not changed.
    /// </summary>
    public static void EnableForProcess() =>
        Environment.SetEnvironmentVariable(Variable, Environment.GetEnvironmentVariable(Variable) ?? "1");

    /// <summary>Configures Kestrel for few and busy connections (proxies, services): each connection keeps a buffer.</summary>
    public static void Configure(SocketTransportOptions sockets)
    {
        sockets.UnsafePreferInlineScheduling = true;
        sockets.WaitForDataBeforeAllocatingBuffer = false;
        sockets.MaxReadBufferSize = KestrelSetup.ConnectionBuffer; // of the transport, which has no part in the limits of Kestrel
        sockets.MaxWriteBufferSize = KestrelSetup.ConnectionBuffer;
    }
}
