using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLimiter.Testing;

namespace OrleansLimiter.Hosting.Tests;

public class LimiterLogFormatterTests
{
    private readonly FakeTime _time = new();
    private readonly StringWriter _output = new();
    private readonly LimiterLogFormatter _formatter;

    public LimiterLogFormatterTests() => _formatter = new(new LimiterClock(_time));

    private string[] Lines => _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void An_event_is_one_line_with_the_time_in_UTC()
    {
        Log("OrleansLimiter.Http.Any", "Hello", LogLevel.Warning, eventId: 7);

        Assert.Equal("2026-01-01T00:00:00.000Z warn: OrleansLimiter.Http.Any[7] Hello\n", _output.ToString());
    }

    [Theory]
    [InlineData("a\e[2Jb", @"a\u001b[2Jb")]
    [InlineData("a\u009bb", @"a\u009bb")]
    [InlineData("a\u202eb", @"a\u202eb")]
    [InlineData("a\u2066b", @"a\u2066b")]
    [InlineData("a\u2028b", @"a b")]
    [InlineData("a\u2029b", @"a b")]
    [InlineData("a\u0085b", @"a b")]
    [InlineData("a\r\nb", @"a b")]
    [InlineData("a\u200bb", @"a\u200bb")]
    public void Text_from_outside_cannot_forge_a_line_or_control_a_terminal(string account, string shown)
    {
        Log("OrleansLimiter.Http.Any", account);
        Log("Orleans.Runtime.Any", "It failed", exception: new InvalidOperationException(account));

        Assert.Equal(2, Lines.Length);
        Assert.Equal($"2026-01-01T00:00:00.000Z info: OrleansLimiter.Http.Any[0] {shown}", Lines[0]);
        Assert.Equal(
            $"2026-01-01T00:00:00.000Z info: Orleans.Runtime.Any[0] It failed System.InvalidOperationException: {shown}", Lines[1]);
    }

    [Fact]
    public void The_lines_of_a_framework_do_not_grow_with_what_causes_them()
    {
        for (int i = 0; i < 10_000; i++)
        {
            Log("Orleans.Runtime.Any", $"Message {i} was dropped");
        }

        Assert.Equal(LogLineBound.Burst, Lines.Length);

        _time.Advance(LogLineBound.Interval);
        Log("Orleans.Runtime.Any", "Message x was dropped");
        Log("Orleans.Runtime.Any", "Message y was dropped");

        Assert.Equal(LogLineBound.Burst + 1, Lines.Length);
        Assert.EndsWith("Message x was dropped (9990 lines of this kind were not logged)", Lines[^1]);
    }

    [Fact]
    public void Other_events_categories_and_levels_have_bounds_of_their_own()
    {
        for (int i = 0; i < 100; i++)
        {
            Log("Orleans.Runtime.One", "a");
            Log("Orleans.Runtime.One", "b", eventId: 1);
            Log("Orleans.Runtime.One", "c", LogLevel.Error);
            Log("Microsoft.AspNetCore.Two", "d");
        }

        Assert.Equal(4 * LogLineBound.Burst, Lines.Length);
    }

    [Fact]
    public void After_a_pause_the_whole_burst_passes_again()
    {
        for (int i = 0; i < 100; i++)
        {
            Log("Orleans.Runtime.Any", "a");
        }

        _time.Advance(LogLineBound.Burst * LogLineBound.Interval);
        for (int i = 0; i < 100; i++)
        {
            Log("Orleans.Runtime.Any", "a");
        }

        Assert.Equal(2 * LogLineBound.Burst, Lines.Length);
    }

    [Fact]
    public void All_lines_of_the_limiter_are_written_because_changes_of_overrides_are_recorded_in_the_log_only()
    {
        for (int i = 0; i < 100; i++)
        {
            Log("OrleansLimiter.Http.OverrideCalls", $"An override was set, {i}");
        }

        Assert.Equal(100, Lines.Length);
    }

    private void Log(
        string category, string message, LogLevel level = LogLevel.Information, int eventId = 0, Exception? exception = null) =>
        _formatter.Write(
            new LogEntry<string>(level, category, new EventId(eventId), message, exception, (state, _) => state), null, _output);
}
