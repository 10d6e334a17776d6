using System.Collections.Frozen;
using System.Text;

namespace OrleansLimiter.Decisions.Tests.Counts;

/// <summary>A file of counts in a temporary folder, the processes that use it one after the other, and their clock.</summary>
internal sealed class CountsFixture : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("limiter-");
    private readonly List<IDisposable> _processes = [];
    private PolicySnapshot _policies = PolicySnapshot.Empty;

    public FakeTime Time { get; } = new();

    public string FilePath => Path.Combine(_folder.FullName, "data", "counts.log");

    public byte[] Content
    {
        get => File.ReadAllBytes(FilePath);
        set => File.WriteAllBytes(FilePath, value);
    }

    /// <summary>The names of all files beside the file of counts.</summary>
    public string[] Files => [.. Directory.GetFiles(Path.GetDirectoryName(FilePath)!).Select(file => Path.GetFileName(file)).Order()];

    /// <summary>Puts a policy <c>p</c> in force, by the text of its limits.</summary>
    public void SetLimits(string limits)
    {
        var policy = new Policy(PolicyReader.Read("p.yaml", Encoding.UTF8.GetBytes(PolicyText.With(limits: limits))).Policy!);
        var entry = new PolicyEntry(policy, "p.yaml", default, null);
        _policies = new(new Dictionary<string, PolicyEntry> { ["p"] = entry }.ToFrozenDictionary(), []);
    }

    /// <summary>Starts a process, which restores the counts.</summary>
    public CountsProcess Start(int maxGroups = 1_000, Func<string, FileMode, Stream>? open = null)
    {
        var process = new CountsProcess(FilePath, Time, maxGroups, open, () => _policies);
        _processes.Add(process);
        process.Restored = process.Keeper.Restore();
        return process;
    }

    public void Dispose()
    {
        _processes.ForEach(process => process.Dispose());
        _folder.Delete(recursive: true);
    }
}

/// <summary>A store whose counts are kept.</summary>
internal sealed class CountsProcess : IDisposable
{
    public CountsProcess(
        string path, FakeTime time, int maxGroups, Func<string, FileMode, Stream>? open, Func<PolicySnapshot> policies)
    {
        var clock = new LimiterClock(time);
        Store = new(clock, maxGroups);
        Keeper = new(new(path, open), Store, clock, new(policies));
    }

    public InProcessBucketStore Store { get; }

    public CountsKeeper Keeper { get; }

    public CountsRestored Restored { get; set; } = new();

    public static GroupKey Key(string account) => GroupKey.ForAccount("p", new(AccountKind.Id, account));

    public static GroupRules Rules(
        int permits = 10, int seconds = 60, string bucket = "a", Algorithm algorithm = Algorithm.FixedWindow, int generation = 1) =>
        new([new(bucket, new(algorithm, permits, TimeSpan.FromSeconds(seconds)))], new(generation, 0));

    /// <summary>Acquires permits one by one until one is refused. Returns how many were admitted.</summary>
    public int Exhaust(string account, GroupRules? rules = null)
    {
        int admitted = 0;
        while (Acquire(account, 1, rules))
        {
            admitted++;
        }

        return admitted;
    }

    public bool Acquire(string account, int cost, GroupRules? rules = null) =>
        Store.ExecuteAsync(new(Key(account), BucketOperation.Acquire(rules ?? Rules(), cost))).Result.Outcome == GroupOutcome.Allowed;

    public int Remaining(string account, GroupRules? rules = null) =>
        Store.ExecuteAsync(new(Key(account), BucketOperation.Read(rules ?? Rules(), 1))).Result.Readings.First.Remaining;

    public void Reset(string account) => _ = Store.ResetAsync(new(AccountKind.Id, account)).Result;

    /// <summary>Writes what has changed, and ends.</summary>
    public void Stop()
    {
        Keeper.Write();
        Dispose();
    }

    /// <summary>Ends without writing, as a crash does.</summary>
    public void Dispose()
    {
        Keeper.Dispose();
        Store.Dispose();
    }
}
