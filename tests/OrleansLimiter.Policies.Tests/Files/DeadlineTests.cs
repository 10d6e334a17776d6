namespace OrleansLimiter.Policies.Tests;

public class DeadlineTests
{
    [Theory]
    [InlineData("0ms", "6:11: deadline is '0ms'; it must be from 1ms to 10s")]
    [InlineData("11s", "6:11: deadline is '11s'; it must be from 1ms to 10s")]
    [InlineData("20", "6:11: deadline is '20', which has no unit; write it like 500ms, 60s, 1m, 2h or 1d")]
    [InlineData("soon", "6:11: deadline is 'soon', which is not a duration; write it like 500ms, 60s, 1m, 2h or 1d")]
    public void A_value_that_is_no_deadline_is_an_error(string text, string error) =>
        Assert.Equal([error], PolicyText.Errors(PolicyText.With(more: $"deadline: {text}\n")));

    [Theory]
    [InlineData("", null)]
    [InlineData("deadline: 1ms\n", 1)]
    [InlineData("deadline: 15ms\n", 15)]
    [InlineData("deadline: 10s\n", 10_000)]
    public void The_default_is_the_deadline_of_the_host(string text, int? milliseconds)
    {
        PolicyReadResult read = PolicyText.Read(PolicyText.With(more: text));

        Assert.Empty(read.Errors);
        Assert.Equal(milliseconds, (int?)read.Policy!.Deadline?.TotalMilliseconds);
    }
}
