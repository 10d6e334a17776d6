using System.Buffers;
using System.IO.Hashing;
using System.Text;
using Orleans.Runtime;

namespace OrleansLimiter.Cluster;

/// <summary>
/// The hashes of accounts and silos for <see cref="RendezvousHash"/>: XXH3 (64 bits, seed 0) of their text in UTF-8. The values are a
/// contract: processes of different versions must agree on the silo of an account.
/// </summary>
internal static class AccountHash
{
    private const byte EndOfAccount = (byte)'|';
    private const int MaxBytesOnStack = 256;

    // By the number of the kind: the kind's word and what separates it from the name.
    private static readonly byte[][] s_kinds = Kinds();

    /// <summary>The hash of an account: of <c>kind:account</c>, as it is written in the keys of its grains.</summary>
    public static ulong Of(in Account account)
    {
        ReadOnlySpan<byte> kind = s_kinds[(byte)account.Kind];
        string name = GroupGrainKey.Escape(account.Name);
        int max = kind.Length + Encoding.UTF8.GetMaxByteCount(name.Length);
        byte[]? rented = max > MaxBytesOnStack ? ArrayPool<byte>.Shared.Rent(max) : null;
        Span<byte> text = rented ?? stackalloc byte[MaxBytesOnStack];
        kind.CopyTo(text);
        int length = kind.Length + Encoding.UTF8.GetBytes(name, text[kind.Length..]);
        ulong hash = XxHash3.HashToUInt64(text[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return hash;
    }

    /// <summary>The hash of the account to whose groups the key of a grain belongs: of the key up to the first <c>|</c>.</summary>
    public static ulong OfGrain(in IdSpan key) => OfGrain(key.AsSpan());

    /// <inheritdoc cref="OfGrain(in IdSpan)"/>
    public static ulong OfGrain(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf(EndOfAccount);
        return XxHash3.HashToUInt64(end < 0 ? text : text[..end]);
    }

    /// <summary>
    /// The hash of a silo: of <c>ip:port</c>, without the generation, so that a silo that restarts at the same address has the same
    /// accounts.
    /// </summary>
    public static ulong Of(SiloAddress silo) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(silo.Endpoint.ToString()));

    private static byte[][] Kinds()
    {
        AccountKind[] kinds = Enum.GetValues<AccountKind>();
        byte[][] words = new byte[(int)kinds.Max() + 1][];
        foreach (AccountKind kind in kinds)
        {
            words[(byte)kind] = Encoding.UTF8.GetBytes($"{AccountKinds.Words[kind]}{GroupGrainKey.EndOfKind}");
        }

        return words;
    }
}
