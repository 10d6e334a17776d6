using OrleansLimiter.ClusterBenchmarks;

// `silo PORT GATEWAY PRIMARY` and `floor PORT` are the processes that the benchmark starts beside itself.
switch (args)
{
    case ["silo", var port, var gateway, var primary]:
        await SiloProcess.ServeAsync(int.Parse(port), int.Parse(gateway), int.Parse(primary));
        return;
    case ["floor", var port]:
        await Floor.ServeAsync(int.Parse(port));
        return;
    case ["decisions"]:
        await Decisions.WriteAsync(Console.Out);
        return;
    case ["http", var host]:
        await Http.WriteAsync(host, Console.Out);
        return;
    case ["memory"]:
        await GrainMemory.WriteAsync(Console.Out);
        return;
    default:
        Console.Error.WriteLine("decisions: rates and waits beside Redis; http HOST: over HTTP, beside a bare handler; memory: bytes a living grain");
        Environment.Exit(2);
        return;
}
