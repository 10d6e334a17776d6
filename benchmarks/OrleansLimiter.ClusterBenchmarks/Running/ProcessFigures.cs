using System.Globalization;
using OrleansLimiter.Policies;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>What processes and all below them have used, from /proc.</summary>
/// <param name="CpuSeconds">User and system time since they started.</param>
/// <param name="ResidentBytes">Memory that they hold now; what is shared between them counts for each.</param>
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

    // The name of the program, in parentheses, may hold spaces; the fields are counted from behind it.
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
