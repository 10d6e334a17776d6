using System.Text;

namespace OrleansLimiter.AspNetCore;

/// <summary>
/// Encodes a <c>google.rpc.Status</c> with one <c>google.rpc.RetryInfo</c>. Two messages of a few fields need no library for Protocol
/// Buffers.
/// </summary>
internal static class RetryDetails
{
    private const string RetryInfo = "type.googleapis.com/google.rpc.RetryInfo";
    private const int Varint = 0;
    private const int Bytes = 2;
    private const int NanosecondsPerTick = 100;

    public static byte[] Of(int code, string message, TimeSpan wait)
    {
        List<byte> duration = [];
        Number(duration, 1, wait.Ticks / TimeSpan.TicksPerSecond);
        Number(duration, 2, wait.Ticks % TimeSpan.TicksPerSecond * NanosecondsPerTick);
        List<byte> info = [];
        Message(info, 1, duration);
        List<byte> any = [];
        Message(any, 1, Encoding.UTF8.GetBytes(RetryInfo));
        Message(any, 2, info);
        List<byte> status = [];
        Number(status, 1, code);
        Message(status, 2, Encoding.UTF8.GetBytes(message));
        Message(status, 3, any);
        return [.. status];
    }

    // A field that has its default is not encoded.
    private static void Number(List<byte> target, int field, long value)
    {
        if (value != 0)
        {
            target.Add((byte)(field << 3 | Varint));
            Value(target, (ulong)value);
        }
    }

    private static void Message(List<byte> target, int field, IReadOnlyCollection<byte> content)
    {
        target.Add((byte)(field << 3 | Bytes));
        Value(target, (ulong)content.Count);
        target.AddRange(content);
    }

    private static void Value(List<byte> target, ulong value)
    {
        for (; value > 0x7F; value >>= 7)
        {
            target.Add((byte)(value | 0x80));
        }

        target.Add((byte)value);
    }
}
