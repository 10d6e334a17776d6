namespace OrleansLimiter.Policies;

/// <summary>A place in a file, 1-based.</summary>
internal readonly record struct Mark(int Line, int Column);
