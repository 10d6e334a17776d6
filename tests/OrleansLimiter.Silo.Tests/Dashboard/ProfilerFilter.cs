using Orleans;
using Orleans.Dashboard;

namespace OrleansLimiter.Silo.Tests;

/// <summary>Behaves as the filter of the dashboard, and remembers calls as text.</summary>
internal sealed class ProfilerFilter : IIncomingGrainCallFilter
{
    public bool IsEnabled { get; set; } = true;

    public List<string> Calls { get; } = [];

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (!IsEnabled || context.ImplementationMethod.IsDefined(typeof(NoProfilingAttribute), inherit: false))
        {
            await context.Invoke();
            return;
        }

        try
        {
            await context.Invoke();
            Calls.Add($"{context.Grain.GetType().Name}.{context.ImplementationMethod.Name}");
        }
        catch (Exception)
        {
            Calls.Add($"{context.Grain.GetType().Name}.{context.ImplementationMethod.Name} failed");
            throw;
        }
    }

    /// <summary>The calls since the previous reading, each kind with its number.</summary>
    public string[] Take()
    {
        string[] taken = [.. Calls.GroupBy(call => call).Select(group => $"{group.Count()} {group.Key}").Order()];
        Calls.Clear();
        return taken;
    }
}
