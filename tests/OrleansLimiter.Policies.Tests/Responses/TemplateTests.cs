namespace OrleansLimiter.Policies.Tests;

public class TemplateTests
{
    [Theory]
    [InlineData("")]
    [InlineData("plain text")]
    [InlineData("""{"message":"Too Many Requests"}""")]
    [InlineData("""{"error":{"code":429,"more":{}}}""")]
    [InlineData("a { b } c")]
    [InlineData("{0}")]
    [InlineData("{limit")]
    [InlineData("limit}")]
    [InlineData("{{}}")]
    [InlineData("{-limit}")]
    public void Braces_that_open_no_variable_are_literal_text(string text)
    {
        Assert.True(Template.TryParse(text, out var template, out _));
        Assert.True(template.IsLiteral);
        Assert.Equal(text, template.Text);
    }

    [Theory]
    [InlineData("{retry-after}", "retry-after")]
    [InlineData("{Limit}", "Limit")]
    [InlineData("{reset_s}", "reset_s")]
    [InlineData("""{"wait":{retry}}""", "retry")]
    public void An_unknown_variable_is_an_error_that_lists_the_known_ones(string text, string name)
    {
        Assert.False(Template.TryParse(text, out var template, out string? error));
        Assert.Null(template);
        Assert.Equal(
            $"'{{{name}}}' is not a variable; known are limit, remaining, window-ms, window-s, next-s, reset-s, reset-epoch-s, "
            + "retry-after-s, limit-name, policy, account, endpoint, mode",
            error);
    }

    [Fact]
    public void Every_variable_has_a_name_in_the_order_of_the_variables()
    {
        Assert.Equal(Enum.GetValues<TemplateVariable>(), TemplateVariables.Words.Words.Select(name =>
        {
            Assert.True(TemplateVariables.Words.TryGet(name, out var variable));
            return variable;
        }));
    }
}
