using OrleansLimiter;
using OrleansLimiter.Plots;

string folder = args.Length == 1 ? args[0] : throw new ArgumentException("give one folder, like docs/images");
var window = TimeSpan.FromSeconds(10);

// The most that can pass in any window, as the pages of docs/algorithms show; the drawn run stays below it.
Draw("rolling-window", new(Algorithm.RollingWindow, 20, window), bound: 20);
Draw("fixed-window", new(Algorithm.FixedWindow, 20, window), bound: 39);
Draw("leaky-bucket", new(Algorithm.LeakyBucket, 20, window), bound: 39);
Draw("token-bucket", new(Algorithm.TokenBucket, 20, window, burst: 8), bound: 27);

void Draw(string name, Rule rule, int bound)
{
    var run = Run.Of(rule);
    File.WriteAllText(Path.Combine(folder, name + ".svg"), Chart.Of(name, run, bound));
    Console.WriteLine($"{name}: {OfferedLoad.Times.Count} offered, {run.Admitted.Count} admitted, at most {run.Most} in any 10 s");
}
