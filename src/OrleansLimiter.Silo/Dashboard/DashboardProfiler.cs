using System.Reflection;
using System.Reflection.Emit;
using Orleans.Dashboard;

namespace OrleansLimiter.Silo;

/// <summary>
/// The profiler of the dashboard. The dashboard registers it as a filter of grain calls. This class calls the filter with calls of its own,
/// and no other filter.
/// </summary>
internal sealed class DashboardProfiler(IIncomingGrainCallFilter filter)
{
    private static readonly MethodInfo s_unprofiled =
        typeof(DashboardProfiler).GetMethod(nameof(Unprofiled), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Finds the filter; null if the dashboard has none, or several.</summary>
    public static DashboardProfiler? Find(IEnumerable<IIncomingGrainCallFilter> filters)
    {
        IIncomingGrainCallFilter[] ofDashboard =
            [.. filters.Where(filter => filter.GetType().Assembly == typeof(DashboardOptions).Assembly)];
        return ofDashboard.Length == 1 ? new(ofDashboard[0]) : null;
    }

    /// <summary>Creates the name of a method, as the dashboard shows it. There is nothing to execute.</summary>
    public static MethodInfo Method(string name) => new DynamicMethod(name, typeof(void), []);

    /// <summary>
    /// Whether the profiler counts calls, because somebody looks at the dashboard. It asks a call for its method only then. The method
    /// excludes the call from the counts.
    /// </summary>
    public bool IsEnabled()
    {
        var call = new ProfiledCall(this, s_unprofiled);
        Invoke(call);
        return call.WasProfiled;
    }

    /// <summary>Counts a call. The profiler completes it synchronously.</summary>
    public void Invoke(ProfiledCall call)
    {
        Task invoked = filter.Invoke(call);
        _ = invoked.Exception; // a failed call is expected, and must not be reported as unobserved
    }

    [NoProfiling]
    private static void Unprofiled()
    {
    }
}
