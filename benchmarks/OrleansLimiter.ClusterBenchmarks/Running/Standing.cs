namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>How a process that the benchmark has started stands by: it says that it is ready, and answers lines until there are no more.</summary>
internal static class Standing
{
    private const string Ready = "ready";

    public static async Task ByAsync(Func<string, Task<string>> answer)
    {
        Console.WriteLine(Ready);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            Console.WriteLine(await answer(line));
        }
    }

    /// <summary>Waits for one that was started.</summary>
    public static async Task<Child> ReadyAsync(this Child child)
    {
        string line = await child.ReadLineAsync();
        return line == Ready ? child : throw new InvalidOperationException($"it did not start: {line} {child.LastLines()}");
    }
}
