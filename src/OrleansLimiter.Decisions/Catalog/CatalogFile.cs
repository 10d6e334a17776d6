using System.Security.Cryptography;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>A file of a catalog: what it holds, and what of it is in force.</summary>
internal sealed class CatalogFile(string path)
{
    // An editor that saves by renaming leaves a moment without the file.
    private const int MissesUntilGone = 2;

    // What the last look found: the sum of the content, or why there is none. Null before the first look.
    private byte[]? _sum;
    private string? _error;
    private int _misses;

    public string Path { get; } = path;

    /// <summary>What it holds; null once it is gone.</summary>
    public NamedResult? Read { get; private set; }

    /// <summary>The name of the valid policy that it holds now.</summary>
    public string? ValidName => !IsMissing && Read?.Result.Policy is { } policy ? policy.Name : null;

    /// <summary>Whether the last look did not find it.</summary>
    public bool IsMissing => _misses > 0;

    public bool IsGone => Read is null;

    /// <summary>Whether what it holds was not dealt with yet.</summary>
    public bool IsFresh { get; set; }

    /// <summary>Its policy in force.</summary>
    public PolicyEntry? InForce { get; set; }

    /// <summary>Why what it holds is not in force.</summary>
    public RefusedChange? Refused { get; set; }

    /// <summary>
    /// Looks at the file again. It is read each time, because nothing cheaper tells for certain that it changed: tools that copy
    /// a file keep its time, and .NET shows neither inode nor change time. Where the content is the same, it is not
    /// parsed again.
    /// </summary>
    /// <param name="buffer">Where to read it.</param>
    /// <returns>Whether it holds something else, or is gone.</returns>
    public bool Look(ref byte[] buffer)
    {
        var file = PolicyFile.HasNoLength(Path) ? new(default, null) : PolicyFile.Read(Path, ref buffer);
        if (file.IsMissing && _sum is not null)
        {
            return Miss();
        }

        bool isBack = IsMissing;
        _misses = 0;
        return Take(file) || isBack;
    }

    private bool Take(PolicyFile file)
    {
        byte[] sum = SHA256.HashData(file.Content.Span);
        if (Read is not null && file.Error == _error && sum.AsSpan().SequenceEqual(_sum))
        {
            return false;
        }

        (_sum, _error) = (sum, file.Error);
        Read = file.Error is null ? PolicyReader.ReadNamed(Path, file.Content) : NamedResult.Failed(Path, file.Error);
        return IsFresh = true;
    }

    private bool Miss()
    {
        if (IsGone || (++_misses < MissesUntilGone && InForce is not null))
        {
            return false;
        }

        (Read, InForce, Refused) = (null, null, null);
        return true;
    }
}
