using System.Security.Cryptography;

namespace OrleansLimiter.Decisions;

/// <summary>A file of a catalog: its current content, and its policy in force.</summary>
internal sealed class CatalogFile(string path)
{
    // An editor that renames a new file over the old one can remove the file for a moment.
    private const int MissesUntilGone = 2;

    // The result of the last check: the checksum of the content, or the error. Null before the first check.
    private byte[]? _sum;
    private string? _error;
    private int _misses;

    public string Path { get; } = path;

    /// <summary>The result of reading the file; null if the file was removed.</summary>
    public NamedResult? Read { get; private set; }

    /// <summary>The name of the valid policy in the current content.</summary>
    public string? ValidName => !IsMissing && Read?.Result.Policy is { } policy ? policy.Name : null;

    /// <summary>Whether the file was missing at the last check.</summary>
    public bool IsMissing => _misses > 0;

    /// <summary>Whether the file was removed.</summary>
    public bool IsGone => Read is null;

    /// <summary>Whether the current content has not been processed yet.</summary>
    public bool IsFresh { get; set; }

    /// <summary>The policy of this file in force.</summary>
    public PolicyEntry? InForce { get; set; }

    /// <summary>Why the current content is not in force.</summary>
    public RefusedChange? Refused { get; set; }

    /// <summary>
    /// Returns whether the content changed, or the file was removed. The file is read each time, because no cheaper check is reliable:
    /// tools that copy a file keep its modification time, and .NET exposes neither the inode nor the change time. Unchanged content is
    /// not parsed again.
    /// </summary>
    public bool Refresh(ref byte[] buffer)
    {
        var file = PolicyFile.HasNoLength(Path) ? new(default, null) : PolicyFile.Read(Path, ref buffer);
        if (file.IsMissing && _sum is not null)
        {
            return RecordMissing();
        }

        bool isBack = IsMissing;
        _misses = 0;
        return Parse(file) || isBack;
    }

    private bool Parse(PolicyFile file)
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

    private bool RecordMissing()
    {
        if (IsGone || (++_misses < MissesUntilGone && InForce is not null))
        {
            return false;
        }

        (Read, InForce, Refused) = (null, null, null);
        return true;
    }
}
