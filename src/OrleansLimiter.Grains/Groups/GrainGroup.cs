namespace OrleansLimiter.Grains;

/// <summary>The group of a grain.</summary>
/// <param name="context">The context of the grain.</param>
internal sealed class GrainGroup(IGrainContext context) : BucketGroupEntry(new GrainOwner(context))
{
    /// <summary>The grain.</summary>
    public GroupGrain? Grain => context.GrainInstance as GroupGrain;
}
