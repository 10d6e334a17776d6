using System.Diagnostics;

namespace OrleansLimiter.FaultBenchmarks;

/// <summary>A cluster of three silos and two front-ends with PostgreSQL, a load, and what happens to them.</summary>
internal sealed class Scene : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(200); // the default of Limiter:Deadline

    private static readonly TimeSpan Before = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan MaxSettling = TimeSpan.FromSeconds(60);

    // So long that a bucket that has lost its counts is at its limit again, and all of its excess is seen.
    private static readonly TimeSpan MinSettling = TimeSpan.FromSeconds(22);
    private static readonly (string, string) DefaultDrain = ("Limiter:DrainDelay", "00:00:05");

    private readonly List<Step> _steps = [];
    private readonly List<string> _notes = [];
    private LimitLoad? _load;
    private Decision[]? _decisions;

    private readonly string? _policies;

    private Scene(ProcessCluster cluster, string? policies, bool isQuick) =>
        (Cluster, _policies, IsQuick) = (cluster, policies, isQuick);

    /// <summary>Whether everything is shorter, to check that it works.</summary>
    public bool IsQuick { get; }

    public ProcessCluster Cluster { get; }

    public Balancer Balancer { get; private set; } = null!;

    /// <summary>Whether every expectation was met.</summary>
    public bool IsAsExpected { get; private set; } = true;

    /// <summary>The duration of what the issue of the matrix wants to take 60 s.</summary>
    public TimeSpan Minute => TimeSpan.FromSeconds(IsQuick ? 10 : 60);

    /// <summary>Starts the cluster for an event, and waits until each host is ready.</summary>
    public static async Task<Scene> StartAsync(FaultEvent of, bool isQuick)
    {
        var scene = new Scene(
            await ProcessCluster.StartAsync(new PostgresServer(), silos: 0, frontEnds: 0, Deadline),
            of.KeepsCounts ? KeptPolicies.Write() : null,
            isQuick);
        Stopping.Current = scene;
        ProcessCluster cluster = scene.Cluster;
        try
        {
            cluster.Silos.AddRange(Enumerable.Range(0, 3).Select(_ => cluster.StartSilo()));
            cluster.FrontEnds.AddRange(Enumerable.Range(0, 2).Select(_ => scene.StartFrontEnd()));
            await Task.WhenAll(cluster.Silos.Concat(cluster.FrontEnds).Select(host => host.ReadyAsync()));
            scene.Balancer = new(cluster.FrontEnds);
            return scene;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the load, and lets it run before the first step.</summary>
    public async Task StartLoadAsync()
    {
        _load = await LimitLoad.StartAsync(Balancer, LimitLoad.DefaultTick);
        await Task.Delay(Before);
    }

    /// <summary>Begins a step.</summary>
    public void Step(string name)
    {
        Progress.Write($"  {name}");
        _steps.Add(new(name, Stopwatch.GetTimestamp()));
    }

    /// <summary>Adds a sentence to the results.</summary>
    public void Note(string sentence) => _notes.Add(sentence);

    /// <summary>Adds a sentence to the results. The goal is not reached if the condition is false.</summary>
    public void Expect(bool condition, string sentence)
    {
        IsAsExpected &= condition;
        Note(condition ? sentence : $"**{sentence}**");
    }

    /// <summary>Starts a front-end with the default delay, without waiting until it is ready.</summary>
    public HostProcess StartFrontEnd() => _policies is null
        ? Cluster.StartFrontEnd(DefaultDrain)
        : Cluster.StartFrontEnd(DefaultDrain, ("Limiter:Policies", _policies));

    /// <summary>Stops a silo as a service manager does, removes it, and returns how long that took.</summary>
    public async Task<TimeSpan> StopSiloAsync(HostProcess silo)
    {
        long began = Stopwatch.GetTimestamp();
        int code = await silo.StopAsync();
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        if (code != 0)
        {
            Expect(false, $"A silo ended with code {code}.");
        }

        Cluster.Silos.Remove(silo);
        await silo.DisposeAsync();
        return took;
    }

    /// <summary>Kills the first silo, and removes it.</summary>
    public async Task KillSiloAsync()
    {
        await using HostProcess silo = Cluster.Silos[0];
        Cluster.Silos.Remove(silo);
        await silo.KillAsync();
    }

    /// <summary>Starts silos, and waits until each is ready; how long that took.</summary>
    public async Task<TimeSpan> StartSilosAsync(int count)
    {
        long began = Stopwatch.GetTimestamp();
        await Cluster.StartHostsAsync(count, frontEnds: 0);
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Stops the load.</summary>
    public async Task StopLoadAsync() => _decisions ??= await _load!.StopAsync();

    /// <summary>
    /// Unless the load was stopped, waits until <c>on-failure</c> does not decide any more, and stops it. Returns what happened.
    /// </summary>
    public async Task<FaultResult> FinishAsync(FaultEvent of)
    {
        if (_decisions is null)
        {
            await SettleAsync();
            await StopLoadAsync();
        }

        foreach (string log in EndedByItself())
        {
            Expect(false, $"A host ended by itself: {log}");
        }

        return new(of, _decisions!, [.. _steps], [.. _notes], IsAsExpected);
    }

    private async Task SettleAsync()
    {
        long last = Stopwatch.GetTimestamp();
        long began = last;
        TimeSpan least = IsQuick ? Quiet : MinSettling;
        while (Stopwatch.GetElapsedTime(began) is var elapsed
            && (elapsed < least || (elapsed < MaxSettling && Stopwatch.GetElapsedTime(last) < Quiet)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500));
            last = _load!.Decisions.Where(decision => decision.IsByOnFailure).Select(decision => decision.Received).Append(began).Max();
        }
    }

    /// <summary>The last lines of each host that was neither stopped nor killed, and has ended.</summary>
    public IEnumerable<string> EndedByItself() => Cluster.Silos.Concat(Cluster.FrontEnds)
        .Where(host => host.HasEnded)
        .Select(host => string.Join(' ', host.Log.Trim().Split('\n').TakeLast(3)));

    public async ValueTask DisposeAsync()
    {
        if (_load is not null)
        {
            await _load.DisposeAsync();
        }

        await Balancer.DisposeAsync();
        await Cluster.DisposeAsync();
        if (_policies is not null)
        {
            Directory.Delete(_policies, recursive: true);
        }

        Stopping.Current = null;
    }
}
