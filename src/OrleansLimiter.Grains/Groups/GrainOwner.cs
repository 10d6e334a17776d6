namespace OrleansLimiter.Grains;

/// <summary>The owner of the group of a grain.</summary>
internal sealed class GrainOwner(IGrainContext context) : IGroupOwner
{
    /// <inheritdoc/>
    public Account Account => GroupGrainKey.AccountOf(context.GrainId.Key.ToString()!);
}
