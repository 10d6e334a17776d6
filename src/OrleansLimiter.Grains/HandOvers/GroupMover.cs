using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// Moves living groups to the silo of their account, after silos have joined or left: migrates their grains, which hand them over. All
/// groups of an account move together. While groups are apart, their requests need two phases.
/// </summary>
internal sealed class GroupMover(SiloGroupRegistry silo, IHostingSilos hosting, LimiterClock clock) : BackgroundService
{
    /// <summary>The time between two steps: 1 s.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The number of steps for which the list of silos must be unchanged before groups move, so that the other silos know it as well: 3.
    /// </summary>
    public const int StepsBeforeMoving = 3;

    /// <summary>
    /// The number of steps between two visits of all groups when none had to move: 30. A silo with an older list can activate groups here
    /// that belong to another silo.
    /// </summary>
    public const int StepsBetweenVisits = 30;

    /// <summary>The number of groups of a step, after which no further account is moved: 2,000.</summary>
    public const int MaxGroups = 2_000;

    private readonly SiloAddress _self = SiloAddress.FromParsableString(silo.Name);
    private readonly PeriodicTimer _timer = new(Period, clock.Time);
    private HostingSilos _silos = HostingSilos.Unknown;
    private int _steps;
    private bool _isDone;

    /// <inheritdoc/>
    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            Step();
        }
    }

    /// <summary>One step, each <see cref="Period"/>.</summary>
    internal void Step()
    {
        HostingSilos silos = hosting.Current;
        if (silos != _silos)
        {
            (_silos, _steps, _isDone) = (silos, 0, false);
        }
        else if (++_steps >= StepsBeforeMoving && (!_isDone || _steps % StepsBetweenVisits == 0))
        {
            _isDone = Move(silos) == 0;
        }
    }

    private int Move(HostingSilos silos)
    {
        HashSet<ulong> accounts = [];
        int moved = 0;
        foreach (GroupGrain grain in silo.Grains)
        {
            ulong account = AccountHash.OfGrain(grain.GrainContext.GrainId.Key);
            if (!grain.Group.IsLiving || silos.RankOf(account).First is not { } first || first.Equals(_self)
                || (moved >= MaxGroups && !accounts.Contains(account)))
            {
                continue;
            }

            accounts.Add(account);
            grain.GrainContext.Migrate(requestContext: null);
            moved++;
        }

        return moved;
    }
}
