using System.Reflection;
using Orleans.Serialization.Invocation;

namespace OrleansLimiter.Silo;

/// <summary>
/// A grain call that consists of what the profiler of the dashboard reads: a grain, of which it uses the type, and a method, of which it
/// uses the name. It executes nothing. It can be invoked any number of times.
/// </summary>
/// <param name="grain">The grain.</param>
/// <param name="method">The method.</param>
/// <param name="failed">Whether the call fails.</param>
internal sealed class ProfiledCall(object grain, MethodInfo method, bool failed = false) : IIncomingGrainCallContext
{
    private static readonly Task s_failed = Task.FromException(new InvalidOperationException("An acquisition could not be executed."));

    /// <summary>Whether the profiler has asked for the method.</summary>
    public bool WasProfiled { get; private set; }

    public object Grain => grain;

    public MethodInfo ImplementationMethod
    {
        get
        {
            WasProfiled = true;
            return method;
        }
    }

    public MethodInfo InterfaceMethod => method;

    public string MethodName => method.Name;

    public string InterfaceName => grain.GetType().Name;

    public GrainInterfaceType InterfaceType => default;

    public GrainId? SourceId => null;

    public GrainId TargetId => default;

    public object? Result { get; set; }

    public Response? Response { get; set; }

    // A profiler that reads these is not the one that this class was written for. A test calls it.
    public IInvokable Request => throw new NotSupportedException();

    public IGrainContext TargetContext => throw new NotSupportedException();

    public Task Invoke() => failed ? s_failed : Task.CompletedTask;
}
