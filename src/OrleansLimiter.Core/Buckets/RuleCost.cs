namespace OrleansLimiter;

/// <summary>What one rule of several requests that are decided together costs.</summary>
/// <param name="Charged">The sum of the costs of the requests that acquire, 0 or more; 0 if all of them only read.</param>
/// <param name="Checked">
/// The number of permits that the bucket must have, 1 or more: <paramref name="Charged"/>, or the highest cost of a request that only
/// reads, if it is higher.
/// </param>
internal readonly record struct RuleCost(int Charged, int Checked)
{
    /// <summary>Whether a group can execute it.</summary>
    public bool IsValid => Charged >= 0 && Checked >= 1 && Checked >= Charged;
}
