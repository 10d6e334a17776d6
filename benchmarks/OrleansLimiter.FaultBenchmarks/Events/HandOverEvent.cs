using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace OrleansLimiter.FaultBenchmarks;

/// <summary>A silo with many living bucket groups is stopped.</summary>
internal static class HandOverEvent
{
    // More new groups at the same time would be lost to the deadline.
    private const int Batch = 100;
    private const int Fillers = 4;
    private const int MaxFill = 5; // more than three silos need

    private static readonly TimeSpan After = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxContinue = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan MaxStop = TimeSpan.FromSeconds(10);

    public static readonly FaultEvent Only = new(
        "hand-over", "stop of a silo with 100,000 living bucket groups", $"0; all handed over in less than {MaxStop.TotalSeconds} s",
        RunAsync, result => result.Losses.Excess == 0);

    private static async Task RunAsync(Scene scene)
    {
        int wanted = scene.IsQuick ? 3_000 : 100_000;
        HostProcess silo = await FillAsync(scene.Cluster, wanted);
        await scene.StartLoadAsync();
        (HostProcess Silo, long Living)[] all = await LivingAsync(scene.Cluster.Silos);
        long living = all.Single(each => each.Silo == silo).Living;
        HostProcess[] others = [.. scene.Cluster.Silos.Where(other => other != silo)];
        scene.Step("the silo stops");
        TimeSpan took = await scene.StopSiloAsync(silo);
        scene.Step("its process has ended");
        await Task.Delay(After);
        await scene.StopLoadAsync(); // before the groups decay, which costs processor time as well
        long received = await ReceivedAsync(others, living);
        scene.Note($"The silos had {string.Join(", ", all.Select(each => $"{each.Living:n0}"))} living groups.");
        scene.Expect(
            living >= wanted && received >= living && took < MaxStop,
            $"One with {living:n0} stopped. The others continued {received:n0}. Its process ended after {took.TotalSeconds:f1} s.");
    }

    // Groups that are not in use continue in the background, at a bounded rate.
    private static async Task<long> ReceivedAsync(HostProcess[] silos, long expected)
    {
        long began = Stopwatch.GetTimestamp();
        long received = 0;
        while (received < expected && Stopwatch.GetElapsedTime(began) < MaxContinue)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            received = (await Task.WhenAll(silos.Select(silo => MetricAsync(silo, "orleans_limiter_hand_overs_total", "received")))).Sum();
        }

        return received;
    }

    // Gives accounts a bucket group until one silo has enough of them. Groups live for 60 s.
    private static async Task<HostProcess> FillAsync(ProcessCluster cluster, int wanted)
    {
        for (int first = 0; ; first += wanted)
        {
            (HostProcess silo, long living) = (await LivingAsync(cluster.Silos)).MaxBy(silo => silo.Living);
            Progress.Write($"  {first:n0} accounts have a bucket group; one silo has {living:n0}");
            if (living >= wanted)
            {
                return silo;
            }

            Assert.True(first < MaxFill * wanted, "Too few groups are living, because the machine is too slow.");
            await FillAsync(cluster.FrontEnds, first, wanted);
        }
    }

    private static Task FillAsync(List<HostProcess> frontEnds, int first, int accounts) => Parallel.ForEachAsync(
        Enumerable.Range(0, accounts / Batch),
        new ParallelOptions { MaxDegreeOfParallelism = Fillers },
        async (part, token) =>
        {
            IEnumerable<string> checks = Enumerable.Range(first + (part * Batch), Batch)
                .Select(i => $$"""{"policy":"frontline","account":"filled-{{i}}","method":"GET","path":"/v1/things"}""");
            using var body = new StringContent($"[{string.Join(',', checks)}]", Encoding.UTF8, "application/json");
            HttpClient frontEnd = frontEnds[part % frontEnds.Count].Decisions;
            using HttpResponseMessage response = await frontEnd.PostAsync("/v1/check/batch", body, token);
            response.EnsureSuccessStatusCode();
        });

    private static Task<(HostProcess Silo, long Living)[]> LivingAsync(IEnumerable<HostProcess> silos) => Task.WhenAll(
        silos.Select(async silo => (silo, await MetricAsync(silo, "orleans_limiter_living_groups"))));

    // The sum of the lines of a metric that contain a label.
    private static async Task<long> MetricAsync(HostProcess silo, string name, string label = "")
    {
        string text = await silo.Administration.GetStringAsync("/metrics");
        return (long)text.Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
    }
}
