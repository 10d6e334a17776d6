using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansLimiter.Cli.Tests;

/// <summary>
/// A caller of 30 requests a second, each for a new account: over one connection, which it keeps, or over a new connection for each request.
/// As most clients do, it sends a request again, once, if a new connection was closed before an answer. A connection that has been answered
/// must never be closed.
/// </summary>
internal sealed class HonestCaller(Uri address, bool keepsConnection)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1.0 / 30);
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly byte[] _buffer = new byte[16 * 1024];
    private Socket? _socket;
    private bool _answered;
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
        Close();
        return _calls;
    }

    private async Task CallAsync()
    {
        _calls++;
        byte[] request = Attack.Post("/v1/check", $$"""{"policy":"shop","account":"honest-{{Guid.NewGuid():n}}","path":"/orders"}""");
        string? answer = await TrySendAsync(request) ?? await TrySendAsync(request);
        Assert.True(answer is not null, $"two connections were closed without an answer, in call {_calls}");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        if (!keepsConnection)
        {
            Close();
        }
    }

    // Null if the connection was closed before the answer was complete.
    private async Task<string?> TrySendAsync(byte[] request)
    {
        try
        {
            if (_socket is null)
            {
                _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await _socket.ConnectAsync(IPAddress.Parse(address.Host), address.Port);
            }

            await _socket.SendAsync(request);
            string answer = "";
            while (!answer.EndsWith('}')) // the end of the decision, whose last field is an object or an array of objects
            {
                int read = await _socket.ReceiveAsync(_buffer).WaitAsync(Timeout);
                if (read == 0)
                {
                    return CloseNew();
                }

                answer += Encoding.UTF8.GetString(_buffer, 0, read);
            }

            _answered = true;
            return answer;
        }
        catch (SocketException)
        {
            return CloseNew();
        }
    }

    private string? CloseNew()
    {
        Assert.False(_answered, $"a connection that had been answered was closed, in call {_calls}");
        Close();
        return null;
    }

    private void Close()
    {
        _socket?.Dispose();
        (_socket, _answered) = (null, false);
    }
}
