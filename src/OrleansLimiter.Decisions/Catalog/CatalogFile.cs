using System.Security.Cryptography;

namespace OrleansLimiter.Decisions;

/// <summary>A file of a catalog: its current content, and its policy in force.</summary>
internal sealed class CatalogFile(string path)
{
    // The result of the last check: the checksum of the content, or the error. Null before the first check.
    private byte[]? _sum;
    private string? _error;
    private long _missed;

    public string Path { get; } = path;

    /// <summary>The result of reading the file; null if the file was removed.</summary>
    public NamedResult? Read { get; private set; }

    /// <summary>The name of the valid policy in the current content.</summary>
    public string? ValidName => !IsMissing && Read?.Result.Policy is { } policy ? policy.Name : null;

    /// <summary>When the file was first found missing; null if it was there at the last check.</summary>
    public DateTimeOffset? MissingSince { get; private set; }

    /// <summary>Whether the file was missing at the last check.</summary>
    public bool IsMissing => MissingSince is not null;

    /// <summary>Whether the file is there and has a policy, in force or about to be.</summary>
    public bool Stays => !IsMissing && (InForce is not null || ValidName is not null);

    /// <summary>Whether the file was removed.</summary>
    public bool IsGone => Read is null;

    /// <summary>Whether the current content has not been processed yet.</summary>
    public bool IsFresh { get; set; }

    /// <summary>The policy of this file in force.</summary>
    public PolicyEntry? InForce { get; set; }

    /// <summary>Why the current content is not in force.</summary>
    public RefusedChange? Refused { get; set; }

    /// <summary>
    /// Returns whether the content changed, or whether the file is missing or is back. The file is read each time, because no cheaper
    /// check is reliable: tools that copy a file keep its modification time, and .NET exposes neither the inode nor the change time.
    /// Unchanged content is not parsed again.
    /// </summary>
    public bool Refresh(ref byte[] buffer, TimeProvider time)
    {
        var file = PolicyFile.HasNoLength(Path) ? new(default, null) : PolicyFile.Read(Path, ref buffer);
        if (file.IsMissing && _sum is not null)
        {
            return RecordMissing(time);
        }

        bool isBack = IsMissing;
        MissingSince = null;
        return Parse(file) || isBack;
    }

    /// <summary>Whether the file has been missing for a time while its policy is in force.</summary>
    public bool IsDue(TimeProvider time, TimeSpan delay) =>
        IsMissing && InForce is not null && time.GetElapsedTime(_missed) >= delay;

    /// <summary>Gives up the policy of a missing file. The next snapshot does not contain it.</summary>
    public void Drop() => (Read, InForce, Refused) = (null, null, null);

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

    // A file without a policy in force is dropped at once.
    private bool RecordMissing(TimeProvider time)
    {
        if (IsGone || (IsMissing && InForce is not null))
        {
            return false;
        }

        (MissingSince, _missed) = (time.GetUtcNow(), time.GetTimestamp());
        if (InForce is null)
        {
            Drop();
        }

        return true;
    }
}
