using System.Globalization;
using System.Text;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>What limits cost in an app without sockets, where little but the HTTP of Kestrel is beside them.</summary>
internal static class PipedCosts
{
    private const int Requests = 20_000;
    private const int WarmUpRequests = 60_000; // twice

    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(2); // for the JIT compiler

    public static async Task<string> MeasureAsync(Site site, Pace pace)
    {
        List<Child> apps = [];
        for (int i = 0; i < AppKind.All.Length; i++)
        {
            apps.Add(await site.StartSelf("piped-app", $"{i}").ReadyAsync());
        }

        for (int i = 0; i < 2; i++)
        {
            await RunAsync(apps, WarmUpRequests);
            await Task.Delay(s_settling);
        }

        List<double[]> rounds = [];
        for (int round = 0; round < pace.Rounds; round++)
        {
            rounds.Add(await RunAsync(apps, Requests));
        }

        return Write(rounds);
    }

    private static async Task<double[]> RunAsync(List<Child> apps, int requests)
    {
        double[] nanoseconds = new double[apps.Count];
        for (int i = 0; i < apps.Count; i++)
        {
            nanoseconds[i] = double.Parse(await apps[i].AskAsync($"{requests}"), CultureInfo.InvariantCulture);
        }

        return nanoseconds;
    }

    private static string Write(List<double[]> rounds)
    {
        var text = new StringBuilder();
        text.AppendLine().AppendLine("## Without sockets").AppendLine();
        text.AppendLine("| | ns a request | of all rounds | beyond the app alone |").AppendLine("|---|--:|--:|--:|");
        for (int i = 0; i < AppKind.All.Length; i++)
        {
            double[] own = [.. rounds.Select(round => round[i])];
            double beyond = Measured.MedianOf(rounds.Select(round => round[i] - round[0]));
            text.AppendLine(
                $"| {AppKind.All[i].Name} | {Numbers.Count(Measured.MedianOf(own))} | {Numbers.Count(own.Min())} to {Numbers.Count(own.Max())} "
                + $"| {Numbers.Count(beyond)} |");
        }

        return text.ToString();
    }
}
