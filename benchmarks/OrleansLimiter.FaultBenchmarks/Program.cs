using OrleansLimiter.FaultBenchmarks;

// The folder of the results, or nothing to print them only; --quick; the names of events.
string? folder = args is [{ Length: > 0 } first, ..] ? first : null;
bool isQuick = args.Contains("--quick");
string[] names = [.. args.Skip(1).Where(argument => argument != "--quick")];
string? unknown = names.FirstOrDefault(name => FaultEvent.Named.All(each => each.Name != name));
if (unknown is not null)
{
    Console.Error.WriteLine($"there is no event '{unknown}'; the events are {string.Join(", ", FaultEvent.Named.Select(each => each.Name))}");
    return 2;
}

if (new PostgresServer().Missing is { } missing)
{
    Console.Error.WriteLine(missing);
    return 1;
}

Stopping.Guard();
FaultEvent[] events = names.Length == 0 ? FaultEvent.All : [.. FaultEvent.Named.Where(each => names.Contains(each.Name))];
List<FaultResult> results = [];
List<(FaultEvent, string)> broken = [];
foreach (FaultEvent of in events)
{
    Progress.Write($"{of.Name}: {of.Title}");
    try
    {
        await using Scene scene = await Scene.StartAsync(of, isQuick);
        try
        {
            await of.RunAsync(scene);
            results.Add(await scene.FinishAsync(of));
        }
        catch (Exception error) when (scene.EndedByItself().FirstOrDefault() is { } log)
        {
            throw new InvalidOperationException($"a host ended by itself: {log}", error);
        }
    }
    catch (Exception) when (Stopping.IsStopping)
    {
        await Task.Delay(Timeout.Infinite); // this process is about to exit
    }
    catch (Exception error) // the other events are measured all the same
    {
        broken.Add((of, error.Message.Split('\n')[0]));
        Console.Error.WriteLine(error);
    }
}

string report = FaultReport.Write(results, broken, isQuick);
Console.Write(report);
if (folder is not null)
{
    await File.WriteAllTextAsync(Path.Combine(folder, "faults.md"), report);
}

return broken.Count == 0 ? 0 : 1;
