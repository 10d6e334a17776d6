using System.Collections.Immutable;
using static OrleansLimiter.Policies.Tests.TestPolicy;

namespace OrleansLimiter.Policies.Tests;

public class EndpointMatcherTests
{
    // The document names nine tier-2 routes, beside the two of tier 1.
    private static readonly EndpointMatcher Front = new(With(
        [
            Endpoint("exports", ["POST /exports", "POST /team/{team_id}/exports"]),
            Endpoint("conversation", ["PATCH /conversations/{conversation_id}"], "conversation_id"),
            Endpoint("assignee", ["PUT /conversations/{conversation_id}/assignee"], "conversation_id"),
            Endpoint("channel_messages", ["POST /channels/{channel_id}/messages"], "channel_id"),
            Endpoint("replies", ["POST /conversations/{conversation_id}/messages"], "conversation_id"),
            Endpoint("incoming", ["POST /channels/{channel_id}/incoming_messages"], "channel_id"),
            Endpoint("inbound", ["POST /channels/{channel_id}/inbound_messages"], "channel_id"),
            Endpoint("outbound", ["POST /channels/{channel_id}/outbound_messages"], "channel_id"),
            Endpoint("imported", ["POST /inboxes/{inbox_id}/imported_messages"], "inbox_id"),
            Endpoint("teammate", ["PATCH /teammates/{teammate_id}"], "teammate_id"),
        ],
        Unlisted.Shared));

    private static readonly EndpointMatcher FrameV1 = new(With(
        [
            Endpoint("charge_intents", ["ANY /v1/charge_intents/**"]),
            Endpoint("payment_methods", ["ANY /v1/payment_methods/**"]),
            Endpoint("customers", ["ANY /v1/customers/**"]),
        ]));

    [Theory]
    [InlineData("POST", "/exports", "exports")]
    [InlineData("POST", "/team/tim_1/exports", "exports")]
    [InlineData("PATCH", "/conversations/cnv_1", "conversation of cnv_1")]
    [InlineData("PUT", "/conversations/cnv_1/assignee", "assignee of cnv_1")]
    [InlineData("POST", "/channels/cha_1/messages", "channel_messages of cha_1")]
    [InlineData("POST", "/conversations/cnv_1/messages", "replies of cnv_1")]
    [InlineData("POST", "/channels/cha_1/incoming_messages", "incoming of cha_1")]
    [InlineData("POST", "/channels/cha_1/inbound_messages", "inbound of cha_1")]
    [InlineData("POST", "/channels/cha_1/outbound_messages", "outbound of cha_1")]
    [InlineData("POST", "/inboxes/inb_1/imported_messages", "imported of inb_1")]
    [InlineData("PATCH", "/teammates/tea_1", "teammate of tea_1")]
    [InlineData("GET", "/exports", "other")]
    [InlineData("GET", "/conversations/cnv_1", "other")]
    [InlineData("POST", "/team/exports", "other")]
    [InlineData("POST", "/team//exports", "other")]
    [InlineData("POST", "/team/a/b/exports", "other")]
    [InlineData("POST", "/channels/cha_1/messages/more", "other")]
    [InlineData("POST", "/channels/Cha_1/Messages/?x=1", "channel_messages of cha_1")]
    [InlineData("POST", "/channels/alt%3Aaddress%3Aa@b.c/messages", "channel_messages of alt:address:a@b.c")]
    [InlineData("POST", "/channels/a%3fb/messages", "channel_messages of a%3Fb")]
    [InlineData("POST", "/CHANNELS//x/../cha_1/./%6Dessages", "channel_messages of cha_1")]
    [InlineData("POST", "https://shop.example.com/channels/cha_1/messages", "channel_messages of cha_1")]
    [InlineData("patch", "/teammates/tea_1", "teammate of tea_1")]
    public void Front_routes_have_their_endpoint_and_resource(string method, string path, string expected) =>
        Assert.Equal(expected, Front.Match(method, path));

    [Theory]
    [InlineData("/v1/customers", "customers")]
    [InlineData("/v1/customers/", "customers")]
    [InlineData("/v1/customers/42", "customers")]
    [InlineData("/v1/customers/42/cards/7", "customers")]
    [InlineData("/V1/Customers/42", "customers")]
    [InlineData("/v1//customers", "customers")]
    [InlineData("/v1/%63ustomers", "customers")]
    [InlineData("/v1/x/%2e%2e/customers", "customers")]
    [InlineData("/v1/customers%3F42", "GET /v1/customers%3F42")]
    [InlineData("/v1/customers_export", "GET /v1/customers_export")]
    [InlineData("/v1/charge_intents/ci_9?x=/v1/customers", "charge_intents")]
    [InlineData("/v1/charge_intents/../payment_methods", "payment_methods")]
    [InlineData("/v2/customers", "GET /v2/customers")]
    [InlineData("/v1", "GET /v1")]
    [InlineData("/", "GET /")]
    public void A_family_contains_exactly_its_routes(string path, string expected) =>
        Assert.Equal(expected, FrameV1.Match("GET", path));

    [Theory]
    [InlineData("GET", "/a/b", "first")]
    [InlineData("POST", "/a/b", "second of b")]
    [InlineData("GET", "/a/c", "second of c")]
    [InlineData("GET", "/x/b", "rest")]
    [InlineData("GET", "/a", "rest")]
    [InlineData("GET", "/", "rest")]
    public void The_first_matching_route_of_the_file_is_used_even_if_others_are_more_specific(string method, string path, string expected)
    {
        var matcher = new EndpointMatcher(With(
        [
            Endpoint("first", ["GET /a/b"]),
            Endpoint("second", ["ANY /a/{id}"], "id"),
            Endpoint("rest", ["ANY /**"]),
            Endpoint("never", ["GET /x/b", "GET /a"]),
        ]));

        Assert.Equal(expected, matcher.Match(method, path));
    }

    [Fact]
    public void Routes_below_one_literal_in_two_cases_are_found_in_both_cases()
    {
        var matcher = new EndpointMatcher(With([Endpoint("a", ["GET /v1/a"]), Endpoint("b", ["GET /V1/b"])]));

        Assert.Equal(("a", "b"), (matcher.Match("GET", "/V1/a"), matcher.Match("GET", "/v1/b")));
    }

    [Fact]
    public void A_parameter_before_a_literal_in_the_file_takes_precedence()
    {
        var matcher = new EndpointMatcher(With([Endpoint("any", ["GET /{id}"]), Endpoint("me", ["GET /me"])]));

        Assert.Equal("any", matcher.Match("GET", "/me"));
    }

    [Theory]
    [InlineData("GE T")]
    [InlineData("")]
    [InlineData("GET\r\nX: 1")]
    [InlineData("ÄNDERN")]
    [InlineData("A-METHOD-THAT-NOBODY-HAS-EVER-SEEN")]
    public void An_invalid_method_is_an_error(string method) => Assert.Equal(
        "! the method is not an HTTP method; give one of GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE, or another token of at most 32 letters",
        Front.Match(method, "/exports"));

    [Fact]
    public void A_path_without_a_normal_form_is_an_error() =>
        Assert.Equal("! the path has the control character U+0000 at character 2; a path has none, escaped or not", Front.Match("GET", "/%00"));

    [Fact]
    public void Resource_has_at_most_256_characters()
    {
        string longest = new('x', 256);

        Assert.Equal($"teammate of {longest}", Front.Match("PATCH", $"/teammates/{longest}"));
        Assert.Equal("! the resource has 257 characters; give at most 256, escapes counted", Front.Match("PATCH", $"/teammates/{longest}x"));
        Assert.Equal("! the resource has 258 characters; give at most 256, escapes counted", Front.Match("PATCH", "/teammates/" + string.Concat(Enumerable.Repeat("é", 43))));
    }

    [Theory]
    [InlineData("POST", "/exports")]
    [InlineData("POST", "/team/tim_1/exports?x=1")]
    [InlineData("POST", "/elsewhere")]
    public void Matching_a_listed_endpoint_without_resource_allocates_nothing(string method, string path)
    {
        Front.TryMatch(method, path, out _, out _);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Front.TryMatch(method, path, out _, out _);
        long after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(0, after - before);
    }
}
