using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansLimiter.Cli.Tests;

/// <summary>
/// A caller of 30 requests a second, each for a new account: over one connection, which it never opens again, or over a new connection for
/// each request.
/// </summary>
internal sealed class HonestCaller(Uri address, bool keepsConnection)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1.0 / 30);
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly byte[] _buffer = new byte[16 * 1024];
    private Socket? _socket;
    private int _calls;

    /// <summary>Calls until the attack is over, and once after it. Returns the number of calls, all of which were served.</summary>
    public async Task<int> CallDuringAsync(Task attack)
    {
        using var timer = new PeriodicTimer(Period);
        bool last;
        do
        {
            last = attack.IsCompleted;
            await CallAsync();
            await timer.WaitForNextTickAsync();
        }
        while (!last);
        _socket?.Dispose();
        return _calls;
    }

    private async Task CallAsync()
    {
        if (_socket is null)
        {
            _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await _socket.ConnectAsync(IPAddress.Parse(address.Host), address.Port);
        }

        _calls++;
        string account = $"honest-{Guid.NewGuid():n}";
        await _socket.SendAsync(Attack.Post("/v1/check", $$"""{"policy":"shop","account":"{{account}}","path":"/orders"}"""));
        string answer = "";
        while (!answer.EndsWith('}')) // the end of the decision, whose last field is an object or an array of objects
        {
            int read = await _socket.ReceiveAsync(_buffer).WaitAsync(Timeout);
            Assert.True(read > 0, $"the connection was closed after '{answer}' in call {_calls}");
            answer += Encoding.UTF8.GetString(_buffer, 0, read);
        }

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        if (!keepsConnection)
        {
            _socket.Dispose();
            _socket = null;
        }
    }
}
