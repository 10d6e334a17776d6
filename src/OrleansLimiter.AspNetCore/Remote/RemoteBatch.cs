using System.Net.Http.Headers;

namespace OrleansLimiter.AspNetCore;

/// <summary>Requests that are sent in one call.</summary>
internal sealed class RemoteBatch
{
    // A limiter accepts 1 MiB.
    private const int MaxBytes = (1 << 20) - 64;

    private readonly List<RemoteCheck> _checks = [];
    private int _bytes;

    public IReadOnlyList<RemoteCheck> Checks => _checks;

    /// <summary>The timestamp of the last deadline.</summary>
    public long Due { get; private set; } = long.MinValue;

    public bool HasRoomFor(RemoteCheck check, int maxChecks) => _checks.Count < maxChecks && _bytes + check.Json.Length < MaxBytes;

    public void Add(RemoteCheck check)
    {
        _checks.Add(check);
        _bytes += check.Json.Length + 1; // with its comma
        Due = Math.Max(Due, check.Due);
    }

    /// <summary>Creates the body of the call.</summary>
    public HttpContent ToContent()
    {
        ReadOnlySpan<byte> before = """{"responses":true,"problems":true,"checks":["""u8;
        ReadOnlySpan<byte> after = "]}"u8;
        int comma = _checks.Count > 0 ? 1 : 0;
        byte[] body = new byte[before.Length + _bytes - comma + after.Length];
        before.CopyTo(body);
        int length = before.Length;
        foreach (RemoteCheck check in _checks)
        {
            check.Json.CopyTo(body, length);
            length += check.Json.Length;
            body[length++] = (byte)',';
        }

        after.CopyTo(body.AsSpan(length - comma)); // in place of the last comma
        return new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }

    /// <summary>Lets <c>on-failure</c> decide the requests that have no decision.</summary>
    public void GiveUp()
    {
        foreach (RemoteCheck check in _checks)
        {
            check.GiveUp();
        }
    }
}
