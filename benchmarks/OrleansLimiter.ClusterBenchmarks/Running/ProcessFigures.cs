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

    /// <summary>The figures of each of these processes and its children, at the same time.</summary>
    public static ProcessFigures[] Of(IEnumerable<int> roots)
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
        return [.. roots.Select(Sum)];

        ProcessFigures Sum(int id)
        {
            string[]? fields = all.GetValueOrDefault(id);
            ProcessFigures own = fields is null ? default : new(
                (Number(fields, UserTimeField) + Number(fields, SystemTimeField)) / TicksPerSecond,
                Number(fields, ResidentPagesField) * Environment.SystemPageSize);
            return children[id].Select(Sum).Aggregate(own, Add);
        }

        static ProcessFigures Add(ProcessFigures one, ProcessFigures other) =>
            new(one.CpuSeconds + other.CpuSeconds, one.ResidentBytes + other.ResidentBytes);
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
