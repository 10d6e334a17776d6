using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace OrleansLimiter.Http;

/// <summary>
/// Has requests served on the threads that watch the sockets, of which there is then one for each core. A decision takes less time
/// than handing the request to another thread.
/// </summary>
/// <remarks>
/// It is for processes whose sockets wait for nothing on these threads. Decisions do not block; a call that may (administration,
/// health) is sent elsewhere by the middleware; Orleans hands what it receives to the thread pool by pipes of its own.
/// </remarks>
public static class SocketThreads
{
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>
    /// For this process, before it opens its first socket. The runtime reads it from the environment alone; whoever set the
    /// variable has the last word.
    /// </summary>
    public static void Serve()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
        {
            Environment.SetEnvironmentVariable(Variable, "1");
        }
    }

    /// <summary>
    /// The other half of it, for Kestrel. Callers are few and busy (proxies, services), so a connection keeps a buffer at hand
    /// rather than asking for one when something has come.
    /// </summary>
    /// <param name="sockets">Kestrel's sockets.</param>
    public static void Configure(SocketTransportOptions sockets)
    {
        sockets.UnsafePreferInlineScheduling = true;
        sockets.WaitForDataBeforeAllocatingBuffer = false;
    }
}
