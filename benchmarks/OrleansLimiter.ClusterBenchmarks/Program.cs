using OrleansLimiter.ClusterBenchmarks;

// The first seven commands are for scripts. The others are for the processes that these commands start.
switch (args)
{
    case ["compare", var repository, var results, .. var options]:
        await Stopping.GuardAsync(async () =>
        {
            Pace pace = Pace.Of(options, Pace.Compared);
            Comparison run = await Comparison.MeasureAsync(repository, pace);
            await WriteAsync(results, "compare.md", CompareReport.Write(run, await OtherVersions.DescribeAsync(), pace));
            await File.WriteAllTextAsync(Path.Combine(results, "compare.svg"), Chart.Draw(run));
        });
        return 0;
    case ["growth", var repository, var results, .. var options]:
        await Stopping.GuardAsync(async () =>
            await WriteAsync(results, "growth.md", await Growth.MeasureAsync(repository, Pace.Of(options, Pace.Full))));
        return 0;
    case ["limits", var repository, var results, .. var options]:
        await Stopping.GuardAsync(async () =>
        {
            Pace pace = Pace.Of(options, Pace.Compared);
            await WriteAsync(results, "limits.md", CostReport.Write(await Costs.MeasureAsync(repository, pace), pace));
        });
        return 0;
    case ["replicas", var repository, var results, .. var options]:
        await Stopping.GuardAsync(async () =>
            await WriteAsync(results, "replicas.md", await ReplicaCosts.MeasureAsync(repository, Pace.Of(options, Pace.Compared))));
        return 0;
    case ["proxies", var repository, var results, .. var options]:
        await Stopping.GuardAsync(async () =>
            await WriteAsync(results, "proxies.md", await ProxyCosts.MeasureAsync(repository, Pace.Of(options, Pace.Compared))));
        return 0;
    case ["rls", var repository, var results, .. var options]:
        await Stopping.GuardAsync(async () =>
            await WriteAsync(results, "rls.md", await RateLimitCosts.MeasureAsync(repository, Pace.Of(options, Pace.Compared))));
        return 0;
    case ["middleware", var repository, var results, .. var options]:
        await Stopping.GuardAsync(async () =>
            await WriteAsync(results, "middleware.md", await EnforcementCosts.MeasureAsync(repository, Pace.Of(options, Pace.Compared))));
        return 0;
    case ["app", var port, var kind]:
        await LimitedApp.ServeAsync(int.Parse(port), AppKind.All[int.Parse(kind)]);
        return 0;
    case ["piped-app", var kind]:
        await PipedApp.ServeAsync(AppKind.All[int.Parse(kind)]);
        return 0;
    case ["floor", var port]:
        await Floor.ServeAsync(int.Parse(port));
        return 0;
    case ["floor-inline", var port]:
        await Floor.ServeInlineAsync(int.Parse(port));
        return 0;
    case ["bare-rls", var port]:
        await BareRateLimit.ServeAsync(int.Parse(port));
        return 0;
    case ["middleware", var port]:
        await Middleware.ServeAsync(int.Parse(port));
        return 0;
    case ["redis-middleware", var port, var redisPort]:
        await RedisMiddleware.ServeAsync(int.Parse(port), int.Parse(redisPort));
        return 0;
    case ["embedded", var port, var adminPort]:
        await EmbeddedHost.ServeAsync(int.Parse(port), int.Parse(adminPort));
        return 0;
    case ["silo", var port, var gateway, var primary, var replicas]:
        await SiloHost.ServeAsync(int.Parse(port), int.Parse(gateway), int.Parse(primary), bool.Parse(replicas));
        return 0;
    case ["callers-inside", var port, var gateway, var replicas]:
        await Callers.ServeAsync(Scene.Over(
            await SiloHost.StartAsync(int.Parse(port), int.Parse(gateway), int.Parse(port), bool.Parse(replicas))));
        return 0;
    case ["callers-bcl"]:
        await Callers.ServeAsync(BclLimiters.Asked);
        return 0;
    case ["callers", .. var gateways]:
        await Callers.ServeAsync(Scene.Over(await SiloHost.ConnectAsync([.. gateways.Select(int.Parse)])));
        return 0;
    case ["grain-memory", var port, var gateway]:
        await GrainMemory.WriteAsync(int.Parse(port), int.Parse(gateway));
        return 0;
    default:
        Console.Error.WriteLine("compare, growth, limits, replicas, proxies, rls, or middleware; REPOSITORY RESULTS [--quick | --rounds COUNT]");
        return 2;
}

static async Task WriteAsync(string folder, string name, string text)
{
    await File.WriteAllTextAsync(Path.Combine(folder, name), text);
    Console.Write(text);
}
