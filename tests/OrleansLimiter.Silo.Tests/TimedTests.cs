namespace OrleansLimiter.Silo.Tests;

/// <summary>
/// Tests of clusters whose result depends on time: decisions have the default deadline, or decisions that a fault loses are counted. They
/// run one after the other when all other tests have ended. The others have a deadline of seconds, and two of them run at a time.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TimedTests
{
    public const string Name = "depends on time";
}
