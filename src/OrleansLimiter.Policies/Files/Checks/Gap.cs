namespace OrleansLimiter.Policies;

/// <summary>A set of combinations from one axis on: values of the axis and what follows. Shared, as in a decision diagram.</summary>
internal sealed record Gap(ImmutableArray<(ImmutableArray<int> Values, Gap Next)> Branches)
{
    /// <summary>The end of a combination, after the last axis.</summary>
    public static Gap End { get; } = new([]);

    /// <summary>Identifies equal gaps of one axis; assigned when the gap is interned.</summary>
    public int Id { get; init; }

    /// <summary>A text that is equal for equal gaps.</summary>
    public string Content =>
        string.Join('|', Branches.Select(branch => $"{string.Join(',', branch.Values)}>{branch.Next.Id}"));

    /// <summary>The combinations as products of values, one set of values for each axis.</summary>
    public IEnumerable<ImmutableArray<ImmutableArray<int>>> Boxes() => Branches.IsEmpty
        ? [[]]
        : Branches.SelectMany(branch => branch.Next.Boxes().Select(box => box.Insert(0, branch.Values)));
}
