using System.Globalization;
using Spectre.Console;

namespace OrleansLimiter.Cli;

/// <summary>Writes decisions for people.</summary>
internal static class DecisionView
{
    /// <summary>Writes one of several decisions, as a line.</summary>
    public static void WriteLine(Screen screen, int number, CheckDecision decision)
    {
        string limits = string.Join(", ", decision.Limits.Select(limit => $"{limit.Name} {Number(limit.Remaining)}/{Number(limit.Limit)}"));
        string count = number.ToString(CultureInfo.InvariantCulture).PadLeft(5);
        (string color, string outcome) = Outcome(decision);
        screen.Line($"{count}  [{color}]{outcome}[/]{new string(' ', 9 - outcome.Length)}{limits}");
    }

    /// <summary>Writes all details of a decision.</summary>
    /// <param name="screen">The output.</param>
    /// <param name="decided">The decision.</param>
    /// <param name="endpoint">The endpoint of the request; null if it is not known.</param>
    public static void Write(Screen screen, Decided decided, string? endpoint)
    {
        CheckDecision decision = decided.Decision;
        (string color, string outcome) = Outcome(decision);
        screen.Line($"[bold {color}]{outcome}[/]  policy {decision.Policy}{(endpoint is null ? "" : $", endpoint {endpoint}")}");
        WriteReasons(screen, decision);
        if (decision.Limits.Count > 0)
        {
            screen.Line($"");
            screen.Write(Table(screen, decision));
        }

        if (decided.Headers.Count > 0)
        {
            screen.Line($"");
            screen.Line($"response headers{(decision.Reported is null ? "" : $" (limit {decision.Reported})")}");
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
                screen.Line($"{limit.Name} is exceeded: retry after [bold]{HumanDuration.Format(wait)}[/]");
            }
            else if (limit.Limit == 0)
            {
                screen.Line($"{limit.Name} is blocked: its limit is 0");
            }
            else
            {
                screen.Line($"{limit.Name} never allows this cost: its limit is {Number(limit.Limit)}");
            }
        }

        if (decision.Limits.Any(limit => limit.Allowed is null))
        {
            screen.Line($"[yellow]some limits could not be asked; on-failure of the policy decided for them[/]");
        }
    }

    // A table without lines, which is easy to read and to process with other tools.
    private static Table Table(Screen screen, CheckDecision decision)
    {
        string[] headers = ["limit", "scope", "remaining", "", "of", "window", "resets in"];
        Table table = new Table().NoBorder();
        foreach ((int index, string header) in headers.Index())
        {
            bool isNumber = index > 2;
            table.AddColumn(new TableColumn($"[dim]{header}[/]")
            {
                NoWrap = isNumber,
                Alignment = isNumber ? Justify.Right : null,
                Padding = new(0, 0, index == headers.Length - 1 ? 0 : 2, 0),
            });
        }

        foreach (CheckedLimit limit in decision.Limits)
        {
            string color = limit.Allowed is false ? "red" : "green";
            table.AddRow(
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

    private static (string Color, string Word) Outcome(CheckDecision decision) =>
        decision.Allowed ? ("green", "allowed") : ("red", "denied");

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "?";

    private static string Time(long? milliseconds) => milliseconds is { } known ? HumanDuration.Format(known) : "?";
}
