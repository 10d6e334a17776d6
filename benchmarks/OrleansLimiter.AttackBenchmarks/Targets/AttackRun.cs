using System.Diagnostics;

namespace OrleansLimiter.AttackBenchmarks;

/// <summary>Attacks the contenders one after the other.</summary>
internal sealed class AttackRun(bool isQuick)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _pause = TimeSpan.FromSeconds(isQuick ? 1 : 3);
    private readonly TimeSpan _settling = TimeSpan.FromSeconds(isQuick ? 5 : 120);

    /// <summary>The duration of an attack.</summary>
    public TimeSpan Span { get; } = TimeSpan.FromSeconds(isQuick ? 3 : 8);

    public List<AttackResult> Results { get; } = [];

    public List<MemoryResult> Memory { get; } = [];

    /// <summary>Attacks one process in all ways, and a new one after it has ended.</summary>
    public async Task AttackAsync(Contender contender, IReadOnlyList<Flood> floods)
    {
        Target target = await Target.StartAsync(contender);
        try
        {
            await AttackAsync(contender, target, Flood.All[0], warmUp: true);
            long before = target.ResidentBytes;
            foreach (Flood flood in floods)
            {
                Progress.Write($"{contender.Name}: {flood.Title}");
                AttackResult result = await AttackAsync(contender, target, flood, warmUp: false);
                Results.Add(result);
                await Task.Delay(_pause);
                if (!target.IsAlive)
                {
                    target.Dispose();
                    target = await Target.StartAsync(contender);
                }
            }

            if (contender.IsOurs)
            {
                Progress.Write($"{contender.Name}: memory");
                await Task.Delay(_settling);
                Memory.Add(new(contender, before, target.ResidentBytes));
            }
        }
        finally
        {
            target.Dispose();
        }
    }

    /// <summary>Attacks the contenders in turn, each on one process, with the same attack. Repeats this, in changing order.</summary>
    public async Task CompareAsync(IReadOnlyList<Contender> contenders, IReadOnlyList<Flood> floods, int rounds)
    {
        Target[] targets = await Task.WhenAll(contenders.Select(Target.StartAsync));
        try
        {
            for (int i = 0; i < contenders.Count; i++)
            {
                await AttackAsync(contenders[i], targets[i], Flood.All[0], warmUp: true);
            }

            foreach (Flood flood in floods)
            {
                for (int turn = 0; turn < rounds * contenders.Count; turn++)
                {
                    int round = turn / contenders.Count;
                    int at = round % 2 == 0 ? turn % contenders.Count : contenders.Count - 1 - (turn % contenders.Count);
                    Results.Add(await AttackAsync(contenders[at], targets[at], flood, warmUp: false));
                    await Task.Delay(TimeSpan.FromSeconds(1));
                }
            }
        }
        finally
        {
            Array.ForEach(targets, target => target.Dispose());
        }
    }

    private async Task<AttackResult> AttackAsync(Contender contender, Target target, Flood flood, bool warmUp)
    {
        using var end = new CancellationTokenSource();
        Task attack = flood.RunAsync(target.Port, end.Token);
        if (!warmUp)
        {
            await Task.Delay(Look); // the honest caller comes into a flood that has begun
        }

        var honest = new HonestCaller(target.Port);
        long answers = Raw.Answers;
        long began = Stopwatch.GetTimestamp();
        bool? administration = target.Administration is null ? null : true;
        long peak = 0;
        for (TimeSpan passed = TimeSpan.Zero; passed < Span; passed += Look)
        {
            await Task.Delay(Look);
            administration &= await target.AnswersAdministrationAsync();
            peak = Math.Max(peak, target.ResidentBytes);
        }

        double served = (Raw.Answers - answers) / Stopwatch.GetElapsedTime(began).TotalSeconds;
        (double[] micros, int failures) = honest.Stop();
        bool alive = target.IsAlive;
        await end.CancelAsync();
        await attack;
        return new(flood, contender, micros, failures, alive, administration, peak, served);
    }
}
