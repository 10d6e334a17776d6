using OrleansLimiter.AttackBenchmarks;

// bare PORT: the bare handler. Otherwise: the root of the repository, the folder of the results or nothing, --quick, names of attacks.
if (args is ["bare", string port])
{
    await BareHandler.ServeAsync(int.Parse(port));
    return 0;
}

string root = args[0];
string? output = args[1].Length > 0 ? args[1] : null;
bool isQuick = args.Contains("--quick");
string[] names = [.. args.Skip(2).Where(argument => argument != "--quick")];
if (names.FirstOrDefault(name => Flood.All.All(flood => flood.Name != name)) is { } unknown)
{
    Console.Error.WriteLine($"there is no attack '{unknown}'; the attacks are {string.Join(", ", Flood.All.Select(each => each.Name))}");
    return 2;
}

DirectoryInfo folder = Directory.CreateTempSubdirectory("attacks");
try
{
    var run = new AttackRun(isQuick);
    Flood[] floods = [.. Flood.All.Where(flood => names.Length == 0 || names.Contains(flood.Name))];
    foreach (Contender contender in Contender.All(root, folder.FullName))
    {
        await run.AttackAsync(contender, floods);
    }

    string report = AttackReport.Write(
        [.. floods.SelectMany(flood => run.Results.Where(result => result.Flood == flood))], run.Memory, run.Span, isQuick);
    Console.Write(report);
    if (output is not null)
    {
        await File.WriteAllTextAsync(Path.Combine(output, "attacks.md"), report);
    }
}
finally
{
    folder.Delete(recursive: true);
}

return 0;
