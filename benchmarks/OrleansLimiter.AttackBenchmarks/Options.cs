namespace OrleansLimiter.AttackBenchmarks;

/// <summary>
/// The command line: the root of the repository, the folder of the results or nothing, then options and names of attacks.
/// <c>--quick</c>; <c>--contender NAME</c>, once or more; <c>--rounds COUNT</c> compares in turns; <c>--before ROOT</c> compares with
/// another build; <c>--variable NAME=VALUE</c> sets an environment variable of our processes of the root.
/// </summary>
internal sealed class Options
{
    public Options(string[] args)
    {
        (Root, Output) = (args[0], args[1].Length > 0 ? args[1] : null);
        List<string> floods = [];
        for (int i = 2; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--quick": IsQuick = true; break;
                case "--contender": Contenders.Add(args[++i]); break;
                case "--rounds": Rounds = int.Parse(args[++i]); break;
                case "--before": Before = args[++i]; break;
                case "--variable": Variables.Add((args[++i].Split('=', 2)[0], args[i].Split('=', 2)[1])); break;
                default: floods.Add(args[i]); break;
            }
        }

        Floods = [.. Flood.All.Where(flood => floods.Count == 0 || floods.Contains(flood.Name))];
        UnknownFlood = floods.FirstOrDefault(name => Flood.All.All(flood => flood.Name != name));
    }

    public string Root { get; }

    public string? Output { get; }

    public bool IsQuick { get; }

    public int Rounds { get; }

    public string? Before { get; }

    public List<string> Contenders { get; } = [];

    public List<(string Name, string Value)> Variables { get; } = [];

    public Flood[] Floods { get; }

    public string? UnknownFlood { get; }

    /// <summary>The contenders, the bare handler first.</summary>
    public Contender[] Choose(string folder)
    {
        Contender[] now = [.. Contender.All(Root, Path.Combine(folder, "now")).Select(each => each with
        {
            Variables = ports => [.. each.Variables(ports), .. each.IsOurs ? Variables : []],
        })];
        IEnumerable<Contender> before = Before is null ? [] : Contender.All(Before, Path.Combine(folder, "before"))
            .Where(each => each.IsOurs).Select(each => each with { Name = each.Name + ", before" });
        return [.. now.Concat(before).Where(each => Contenders.Count == 0 || Contenders.Contains(each.Id))];
    }
}
