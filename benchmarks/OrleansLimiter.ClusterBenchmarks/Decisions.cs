using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using OrleansLimiter.Policies.Decisions;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Decisions a second and their waits, in rounds that take turns, so that a slow minute of the machine meets everybody.</summary>
internal static class Decisions
{
    private const int Accounts = 1_000;
    private const int Rounds = 5;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(3);

    private sealed record Contender(string Name, int Callers, Func<TimeSpan, Task<Load.Result>> RunAsync);

    public static async Task WriteAsync(TextWriter report)
    {
        await using Redis redis = await Redis.StartAsync();
        (int port, int gateway) = (SiloProcess.FreePort(), SiloProcess.FreePort());
        using IHost inside = await SiloProcess.StartHereAsync(port, gateway, port);
        (int onePort, int oneGateway) = (SiloProcess.FreePort(), SiloProcess.FreePort());
        await using SiloProcess one = await SiloProcess.StartAsync(onePort, oneGateway, onePort);
        using IHost oneClient = await ConnectAsync(oneGateway);
        int[] ports = [.. Enumerable.Range(0, 6).Select(_ => SiloProcess.FreePort())];
        await using SiloProcess first = await SiloProcess.StartAsync(ports[0], ports[1], ports[0]);
        await using SiloProcess second = await SiloProcess.StartAsync(ports[2], ports[3], ports[0]);
        await using SiloProcess third = await SiloProcess.StartAsync(ports[4], ports[5], ports[0]);
        using IHost threeClient = await ConnectAsync(ports[1], ports[3], ports[5]);

        List<Contender> contenders =
        [
            new("Redis `EVAL`, 50 connections", 50, span => redis.RunAsync(50, (int)(span.TotalSeconds * 50_000), Accounts)),
        ];
        foreach ((string name, IHost host) in ((string, IHost)[])
            [("front-end and silo in one process", inside), ("front-end, one silo", oneClient), ("front-end, three silos", threeClient)])
        {
            foreach (int callers in (int[])[1, 64, 1024])
            {
                contenders.Add(Of(name, host, callers, Accounts));
            }

            contenders.Add(Of($"{name}, one account", host, 64, accounts: 1));
        }

        await MeasureAsync(contenders, report);
    }

    private static Contender Of(string name, IHost host, int callers, int accounts)
    {
        var scene = new Scene(host.Services.GetRequiredService<IGrainFactory>());
        LimitRequest[] requests = scene.Requests(accounts);
        return new(name, callers, span => Load.RunAsync(callers, span, i => scene.DecideAsync(requests[i % requests.Length])));
    }

    private static async Task MeasureAsync(List<Contender> contenders, TextWriter report)
    {
        foreach (Contender contender in contenders)
        {
            await contender.RunAsync(Round);
        }

        var results = contenders.ToDictionary(contender => contender, _ => new List<Load.Result>());
        for (int round = 0; round < Rounds; round++)
        {
            foreach (Contender contender in contenders)
            {
                results[contender].Add(await contender.RunAsync(Round));
            }
        }

        double baseline = Median(results[contenders[0]], result => result.PerSecond);
        await report.WriteLineAsync("| what is asked | callers | decisions a second | ratio | p50 | p99 | not counted |");
        await report.WriteLineAsync("|---|--:|--:|--:|--:|--:|--:|");
        foreach (Contender contender in contenders)
        {
            double rate = Median(results[contender], result => result.PerSecond);
            await report.WriteLineAsync(FormattableString.Invariant(
                $"| {contender.Name} | {contender.Callers} | {rate:n0} | {rate / baseline:f2} | {Micros(results[contender], result => result.P50)} | {Micros(results[contender], result => result.P99)} | {results[contender].Sum(result => result.Uncounted):n0} |"));
        }
    }

    private static string Micros(List<Load.Result> results, Func<Load.Result, TimeSpan> figure) =>
        FormattableString.Invariant($"{Median(results, result => figure(result).TotalMicroseconds):n0} µs");

    private static double Median(List<Load.Result> results, Func<Load.Result, double> figure) =>
        results.Select(figure).Order().ElementAt(results.Count / 2);

    private static async Task<IHost> ConnectAsync(params int[] gateways)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.AddFilter(level => level >= LogLevel.Error);
        builder.UseOrleansClient(client => client.UseLocalhostClustering(gateways));
        IHost host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
