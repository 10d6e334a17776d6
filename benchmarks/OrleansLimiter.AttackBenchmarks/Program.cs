using OrleansLimiter.AttackBenchmarks;

// bare PORT: the bare handler.
if (args is ["bare", string port])
{
    await BareHandler.ServeAsync(int.Parse(port));
    return 0;
}

var options = new Options(args);
if (options.UnknownFlood is { } unknown)
{
    Console.Error.WriteLine($"there is no attack '{unknown}'; the attacks are {string.Join(", ", Flood.All.Select(each => each.Name))}");
    return 2;
}

DirectoryInfo folder = Directory.CreateTempSubdirectory("attacks");
try
{
    var run = new AttackRun(options.IsQuick);
    Contender[] contenders = options.Choose(folder.FullName);
    if (options.Rounds > 0)
    {
        await run.CompareAsync(contenders, options.Floods, options.Rounds);
        Console.Write(ComparisonReport.Write(run.Results));
        return 0;
    }

    foreach (Contender contender in contenders)
    {
        await run.AttackAsync(contender, options.Floods);
    }

    string report = AttackReport.Write(
        [.. options.Floods.SelectMany(flood => run.Results.Where(result => result.Flood == flood))], run.Memory, run.Span, options.IsQuick);
    Console.Write(report);
    if (options.Output is not null)
    {
        await File.WriteAllTextAsync(Path.Combine(options.Output, "attacks.md"), report);
    }
}
finally
{
    folder.Delete(recursive: true);
}

return 0;
