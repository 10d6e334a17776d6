namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The protocol of a started process: it writes that it is ready, and answers each line of input with a line.</summary>
internal static class ChildProtocol
{
    private const string Ready = "ready";

    public static async Task RunAsync(Func<string, Task<string>> answer)
    {
        Console.WriteLine(Ready);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            Console.WriteLine(await answer(line));
        }
    }

    /// <summary>Waits until a started process is ready.</summary>
    public static async Task<Child> ReadyAsync(this Child child)
    {
        string line = await child.ReadLineAsync();
        return line == Ready ? child : throw new InvalidOperationException($"it did not start: {line} {child.LastLines()}");
    }
}
