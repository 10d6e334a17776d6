using System.Globalization;
using OrleansLimiter.Policies;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The resources of processes and of all their children, from /proc.</summary>
/// <param name="CpuSeconds">User and system time since they started.</param>
/// <param name="ResidentBytes">The resident memory now. Shared memory counts for each process.</param>
internal readonly record struct ProcessFigures(double CpuSeconds, long ResidentBytes)
{
    private const double TicksPerSecond = 100; // USER_HZ, which is fixed for /proc
    private const int ParentField = 1;
    private const int UserTimeField = 11;
    private const int SystemTimeField = 12;
    private const int ResidentPagesField = 21;

    public static ProcessFigures Of(IEnumerable<int> roots)
    {
        Dictionary<int, string[]> all = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out int id) && Fields(folder) is { } fields)
            {
                all[id] = fields;
            }
        }

        ILookup<int, int> children = all.ToLookup(each => (int)Number(each.Value, ParentField), each => each.Key);
        var counted = new HashSet<int>();
        var pending = new Queue<int>(roots);
        (double cpu, long resident) = (0, 0);
        while (pending.TryDequeue(out int id))
        {
            if (counted.Add(id) && all.TryGetValue(id, out string[]? fields))
            {
                cpu += (Number(fields, UserTimeField) + Number(fields, SystemTimeField)) / TicksPerSecond;
                resident += Number(fields, ResidentPagesField) * Environment.SystemPageSize;
                foreach (int child in children[id])
                {
                    pending.Enqueue(child);
                }
            }
        }

        return new(cpu, resident);
    }

    // The name of the program, in parentheses, can contain spaces. So the fields are counted from its end.
    private static string[]? Fields(string folder)
    {
        try
        {
            string stat = File.ReadAllText(Path.Combine(folder, "stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // it has just ended
        }
    }

    private static long Number(string[] fields, int index) => long.Parse(fields[index], CultureInfo.InvariantCulture);
}
