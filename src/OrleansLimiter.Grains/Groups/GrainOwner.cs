namespace OrleansLimiter.Grains;

/// <summary>The owner of the group of a grain.</summary>
internal sealed class GrainOwner(IGrainContext context) : IGroupOwner
{
    /// <summary>
    /// The bytes of a group and its grain without the key, as measured: the activation and its services, its places in the grain directory
    /// and in the registry of the silo, and the location of the group in the front-end of the process.
    /// </summary>
    public const int BaseBytes = 2_400;

    /// <summary>The bytes for a character of the key: one in the grain and the directory, two in the front-end.</summary>
    public const int BytesPerCharacter = 3;

    private string Key => context.GrainId.Key.ToString()!;

    /// <inheritdoc/>
    public Account Account => GroupGrainKey.AccountOf(Key);

    /// <inheritdoc/>
    public int Bytes => BaseBytes + (BytesPerCharacter * Key.Length);
}
