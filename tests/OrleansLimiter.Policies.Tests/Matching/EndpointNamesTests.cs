using static OrleansLimiter.Policies.Tests.TestPolicy;

namespace OrleansLimiter.Policies.Tests;

public class EndpointNamesTests
{
    private static readonly EndpointDefinition[] Endpoints =
        [Endpoint("exports", ["POST /exports"]), Endpoint("messages", ["POST /channels/{channel_id}/messages"], "channel_id")];

    private static readonly EndpointMatcher Shared = new(With([.. Endpoints], Unlisted.Shared));
    private static readonly EndpointMatcher ByRoute = new(With([.. Endpoints]));

    [Theory]
    [InlineData("exports", null, "exports")]
    [InlineData("messages", "cha_1", "messages of cha_1")]
    [InlineData("messages", "a%2fb", "! the resource has an encoded slash or backslash at character 2; servers handle it differently, and 'paths: { encoded-slash: keep }' or 'separator' in the policy allows it")]
    [InlineData("messages", "a%zz", "! the resource has a % that is not followed by two hexadecimal digits (a percent sign itself is %25) at character 2")]
    [InlineData("messages", ";a", "! the resource is empty, or empty in normal form, such as . and ..; give its segment of the path")]
    [InlineData("messages", "a b", "messages of a%20b")]
    [InlineData("messages", "%63ha_1", "messages of cha_1")]
    [InlineData("other", null, "other")]
    [InlineData("messages", null, "! the endpoint 'messages' is limited by resource; give its channel_id as resource")]
    [InlineData("messages", "", "! the resource is empty, or empty in normal form, such as . and ..; give its segment of the path")]
    [InlineData("messages", "%2e%2E", "! the resource is empty, or empty in normal form, such as . and ..; give its segment of the path")]
    [InlineData("messages", "a/b", "! the resource is not one segment of a path; write ? as %3F and # as %23, and leave slashes out ('paths: { encoded-slash: keep }' in the policy would allow them, as %2F)")]
    [InlineData("messages", "a?b", "! the resource is not one segment of a path; write ? as %3F and # as %23, and leave slashes out ('paths: { encoded-slash: keep }' in the policy would allow them, as %2F)")]
    [InlineData("messages", "a\n", "! the resource has the control character U+000A at character 2; a path has none, escaped or not")]
    [InlineData("exports", "x", "! the endpoint 'exports' has no resource; leave the resource out")]
    [InlineData("other", "x", "! the endpoint 'other' has no resource; leave the resource out")]
    [InlineData("Exports", null, "! the policy 'tested' has no endpoint of that name; give exports, messages, other, or method and path")]
    [InlineData("", null, "! the policy 'tested' has no endpoint of that name; give exports, messages, other, or method and path")]
    public void Endpoint_is_found_by_name(string endpoint, string? resource, string expected) =>
        Assert.Equal(expected, Shared.Name(endpoint, resource));

    [Fact]
    public void The_name_other_is_unknown_if_unlisted_routes_have_separate_names() => Assert.Equal(
        "! the policy 'tested' has no endpoint of that name; give exports, messages, or method and path", ByRoute.Name("other"));

    [Fact]
    public void The_error_of_a_policy_without_endpoints_requires_a_path() => Assert.Equal(
        "! the policy 'tested' names no endpoints; give method and path", new EndpointMatcher(With([])).Name("exports"));

    [Fact]
    public void An_error_lists_at_most_twenty_names()
    {
        var matcher = new EndpointMatcher(With([.. Enumerable.Range(1, 23).Select(i => Endpoint($"e{i}", [$"GET /{i}"]))]));

        string error = matcher.Name("x");

        Assert.EndsWith("e19, e20 (and 3 more), or method and path", error);
    }

    [Fact]
    public void Resource_has_at_most_256_characters() => Assert.Equal(
        "! the resource has 257 characters; give at most 256, escapes counted", Shared.Name("messages", new string('x', 257)));

    [Fact]
    public void A_name_and_a_path_find_the_same_endpoint()
    {
        Shared.TryMatch("POST", "/channels/a%3fB%C3%A9;x/messages", out EndpointMatch byPath, out _);
        Shared.TryByName("messages", "A%3Fbé", out EndpointMatch byName, out _);

        Assert.Equal(byPath, byName);
    }
}
