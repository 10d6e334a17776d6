using System.Globalization;
using OrleansLimiter.Hosting;

namespace OrleansLimiter.Cli;

/// <summary>Decisions for people.</summary>
internal static class DecisionView
{
    /// <summary>One decision in a line, as one of many.</summary>
    public static void WriteLine(Screen screen, int number, CheckDecision decision)
    {
        string limits = string.Join(", ", decision.Limits.Select(limit => $"{limit.Name} {Number(limit.Remaining)}/{Number(limit.Limit)}"));
        string count = number.ToString(CultureInfo.InvariantCulture).PadLeft(5);
        if (decision.Allowed)
        {
            screen.Line($"{count}  [green]allowed[/]  {limits}");
        }
        else
        {
            screen.Line($"{count}  [red]denied[/]   {limits}");
        }
    }

    /// <summary>A decision with everything that is known of it.</summary>
    /// <param name="screen">Where it is written.</param>
    /// <param name="decided">The decision.</param>
    /// <param name="endpoint">The endpoint that the request belongs to; null if it is not known.</param>
    public static void Write(Screen screen, Decided decided, string? endpoint)
    {
        CheckDecision decision = decided.Decision;
        string where = endpoint is null ? $"policy {decision.Policy}" : $"policy {decision.Policy}, endpoint {endpoint}";
        if (decision.Allowed)
        {
            screen.Line($"[bold green]allowed[/]  {where}");
        }
        else
        {
            screen.Line($"[bold red]denied[/]  {where}");
        }

        WriteReasons(screen, decision);
        if (decision.Limits.Count > 0)
        {
            screen.Line();
            Table(screen, decision).WriteTo(screen);
        }

        if (decided.Headers.Count > 0)
        {
            screen.Line();
            screen.Line($"response headers{(decision.Reported is null ? "" : $", which speak of {decision.Reported}")}");
            foreach ((string name, string value) in decided.Headers)
            {
                screen.Line($"  [dim]{name}:[/] {value}");
            }
        }
    }

    private static void WriteReasons(Screen screen, CheckDecision decision)
    {
        if (decision.Limits.Count == 0)
        {
            screen.Line($"no limit applies to this request");
        }

        foreach (CheckedLimit limit in decision.Limits.Where(limit => decision.DeniedBy.Contains(limit.Name)))
        {
            if (limit.RetryAfterMs is { } wait)
            {
                screen.Line($"{limit.Name} has no room: retry after [bold]{HumanDuration.Format(wait)}[/]");
            }
            else if (limit.Limit == 0)
            {
                screen.Line($"{limit.Name} is blocked: its limit is 0");
            }
            else
            {
                screen.Line($"{limit.Name} never has room for so much at once: its limit is {Number(limit.Limit)}");
            }
        }

        if (decision.Limits.Any(limit => limit.Allowed is null))
        {
            screen.Line($"[yellow]not every limit could be asked: the policy's on-failure decided for those[/]");
        }
    }

    private static Columns Table(Screen screen, CheckDecision decision)
    {
        var table = new Columns("limit", "scope", "remaining", "#", "of#", "window#", "full in#");
        foreach (CheckedLimit limit in decision.Limits)
        {
            string color = limit.Allowed is false ? "red" : "green";
            table.Row(
                Screen.Safe(limit.Name),
                Screen.Safe(limit.Scope),
                $"[{color}]{Bar.Of(limit.Remaining ?? 0, limit.Limit ?? 0, screen.IsTerminal)}[/]",
                Number(limit.Remaining),
                Number(limit.Limit),
                Time(limit.WindowMs),
                Time(limit.ResetAfterMs));
        }

        return table;
    }

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "?";

    private static string Time(long? milliseconds) => milliseconds is { } known ? HumanDuration.Format(known) : "?";
}
