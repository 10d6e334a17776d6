using static OrleansLimiter.Decisions.Tests.TestDecisions;

namespace OrleansLimiter.Decisions.Tests;

public class TemplateRenderingTests
{
    [Theory]
    [InlineData("{limit}", "100")]
    [InlineData("{remaining}", "40")]
    [InlineData("{window-ms}", "60000")]
    [InlineData("{window-s}", "60")]
    [InlineData("{next-s}", "2")]
    [InlineData("{reset-s}", "31")]
    [InlineData("{reset-epoch-s}", "1767225631")]
    [InlineData("{limit-name}", "company")]
    [InlineData("{policy}", "front")]
    [InlineData("{account}", "cmp_1")]
    [InlineData("{endpoint}", "exports")]
    [InlineData("{mode}", "live")]
    [InlineData("{remaining}/{limit}", "40/100")]
    [InlineData("r={remaining}; of {limit}.", "r=40; of 100.")]
    [InlineData("{{limit}}", "{100}")]
    public void Variables_of_a_header_are_replaced_by_their_values(string text, string expected) =>
        Assert.Equal(expected, Header(text, Allowed(100, 40, resetSeconds: 30.0000001, nextSeconds: 1.5)));

    [Theory]
    [InlineData("{window-s}", 0.25, "1")]
    [InlineData("{window-s}", 1, "1")]
    [InlineData("{window-s}", 1.0000001, "2")]
    [InlineData("{window-ms}", 0.0010001, "2")]
    [InlineData("{window-ms}", 0.001, "1")]
    public void Windows_are_rounded_up(string text, double window, string expected) =>
        Assert.Equal(expected, Header(text, Allowed(100, 40, windowSeconds: window)));

    [Theory]
    [InlineData(0, "1767225601", "0")]
    [InlineData(0.4, "1767225601", "1")]
    [InlineData(0.5, "1767225601", "1")]
    [InlineData(0.5000001, "1767225602", "1")]
    public void The_time_of_the_reset_is_rounded_up_after_the_addition(double reset, string epoch, string seconds)
    {
        var decision = Decision(With("{reset-epoch-s} {reset-s}"), [Allowed(10, 5, reset)]);
        var sink = new Values([]);
        new ResponseTemplates(decision.Policy.Definition)
            .WriteHeaders(decision, 0, Now.AddSeconds(0.5), ref sink);
        Assert.Equal([$"{epoch} {seconds}"], sink.All);
    }

    [Theory]
    [InlineData(1, "1")]
    [InlineData(0.0000001, "1")]
    [InlineData(59.0000001, "60")]
    public void Waits_are_rounded_up(double retry, string expected) =>
        Assert.Equal(expected, Header("{retry-after-s}", Wait(100, retry)));

    [Fact]
    public void A_header_is_omitted_if_a_variable_has_no_value()
    {
        Assert.Null(Header("{retry-after-s}", Allowed(100, 40)));
        Assert.Null(Header("wait {retry-after-s} of {limit}", Allowed(100, 40)));
        Assert.Null(Header("{mode}", Allowed(100, 40), mode: ""));
        Assert.Null(Header("{limit} in {mode}", Allowed(100, 40), mode: ""));
        Assert.Null(Header("{limit}", null));
    }

    [Theory]
    [InlineData("a\r\nSet-Cookie: x=1", "a%0D%0ASet-Cookie:%20x=1")]
    [InlineData("Zoë", "Zo%C3%AB")]
    [InlineData("\U0001F600", "%F0%9F%98%80")]
    [InlineData("\0\u007f\t", "%00%7F%09")]
    [InlineData("!~", "!~")]
    public void Text_of_a_request_becomes_visible_ASCII_in_a_header(string account, string expected)
    {
        Assert.Equal(expected, Header("{account}", Allowed(1, 1), account));
        Assert.Equal($"<{expected}>", Header("<{account}>", Allowed(1, 1), account));
    }

    [Theory]
    [InlineData("application/json", "a\\u0022,\\u0022b\\n")]
    [InlineData("Application/JSON; charset=utf-8", "a\\u0022,\\u0022b\\n")]
    [InlineData("application/problem+json", "a\\u0022,\\u0022b\\n")]
    [InlineData("text/html; charset=utf-8", "a&quot;,&quot;b\n")]
    [InlineData("application/xml", "a&quot;,&quot;b\n")]
    [InlineData("text/plain", "a\",\"b\n")]
    public void Text_of_a_request_is_encoded_in_a_body(string contentType, string expected)
    {
        var policy = Policy(
            new() { DeniedContentType = contentType, DeniedBody = "<{account}>" }, Limit("company"));
        var decision = Decision(policy, [Wait(1, 1)], account: "a\",\"b\n");
        Assert.Equal($"<{expected}>", new ResponseTemplates(policy).DeniedBody(decision, 0, Now));
    }

    private static string? Header(string text, Reading? reading, string account = "cmp_1", string mode = "live") =>
        Headers(Decision(With(text), [reading], account, "exports", mode)).GetValueOrDefault("X-Test");

    private static PolicyDefinition With(string text) =>
        Policy(new() { Always = [new("X-Test", text)] }, Limit("company"));

    private readonly record struct Values(List<string> All) : IHeaderSink
    {
        public void Set(string name, string value) => All.Add(value);
    }
}
