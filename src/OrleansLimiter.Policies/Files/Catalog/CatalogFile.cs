using System.Security.Cryptography;

namespace OrleansLimiter.Policies.Files.Catalog;

/// <summary>A file of a catalog: what it holds, and what of it is in force.</summary>
internal sealed class CatalogFile(string path)
{
    // An editor that saves by renaming leaves a moment without the file.
    private const int MissesUntilGone = 2;

    private FileStamp _stamp;
    private bool _isSettled;
    private byte[]? _hash;
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

    /// <summary>Looks at the file again.</summary>
    /// <returns>Whether it holds something else, or is gone.</returns>
    public bool Look()
    {
        var stamp = FileStamp.Of(Path);
        if (stamp.IsMissing && (Read is not null || _hash is not null))
        {
            return Miss();
        }

        bool isBack = IsMissing;
        _misses = 0;
        if (stamp == _stamp && _isSettled)
        {
            return false;
        }

        // A second write within one tick of the file system's clock leaves the stamp as it is, so a file is read
        // once more when its stamp has stood still.
        _isSettled = stamp == _stamp;
        _stamp = stamp;
        return Take(stamp.IsEmpty ? new([], null) : PolicyFile.Open(Path)) || isBack;
    }

    private bool Take(PolicyFile file)
    {
        byte[] hash = file.Fault is { } fault ? System.Text.Encoding.UTF8.GetBytes(fault) : SHA256.HashData(file.Content);
        if (Read is not null && hash.AsSpan().SequenceEqual(_hash))
        {
            return false;
        }

        _hash = hash;
        Read = file.Fault is null ? PolicyReader.ReadNamed(Path, file.Content) : NamedResult.Failed(Path, file.Fault);
        return IsFresh = true;
    }

    private bool Miss()
    {
        (_stamp, _isSettled) = (default, false);
        if (IsGone || (++_misses < MissesUntilGone && InForce is not null))
        {
            return false;
        }

        (Read, _hash, InForce, Refused) = (null, [], null, null);
        return true;
    }
}
