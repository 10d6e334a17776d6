using static OrleansLimiter.Policies.Tests.TestPolicy;

namespace OrleansLimiter.Policies.Tests;

public class UnlistedRoutesTests
{
    private static readonly EndpointMatcher Matcher = new(With([Endpoint("named", ["GET /named"])], Unlisted.Route, "cha_", "cnv_"));

    [Theory]
    [InlineData("/v2/assets/42/children", "GET /v2/assets/{id}/children")]
    [InlineData("/v2/assets/2f1f9a8e-6d0e-4f0b-9a51-0b7a3f5c9d1e/children", "GET /v2/assets/{id}/children")]
    [InlineData("/v2/assets/2F1F9A8E-6D0E-4F0B-9A51-0B7A3F5C9D1E/children", "GET /v2/assets/{id}/children")]
    [InlineData("/v2/assets/2f1f9a8e6d0e4f0b9a510b7a3f5c9d1e/children", "GET /v2/assets/{id}/children")]
    [InlineData("/v2/assets/01ARZ3NDEKTSV4RRFFQ69G5FAV/children", "GET /v2/assets/{id}/children")]
    [InlineData("/v2/assets/01arz3ndektsv4rrffq69g5fav/children", "GET /v2/assets/{id}/children")]
    [InlineData("/v2/assets/507f1f77bcf86cd7/children", "GET /v2/assets/{id}/children")]
    [InlineData("/v2/assets/%34%32/children", "GET /v2/assets/{id}/children")]
    [InlineData("/v2/assets/507f1f77bcf86cd/children", "GET /v2/assets/507f1f77bcf86cd/children")]
    [InlineData("/v2/assets/01ARZ3NDEKTSV4RRFFQ69G5FAU/children", "GET /v2/assets/01arz3ndektsv4rrffq69g5fau/children")]
    [InlineData("/v2/assets/2f1f9a8e-6d0e-4f0b-9a51_0b7a3f5c9d1e/children", "GET /v2/assets/2f1f9a8e-6d0e-4f0b-9a51_0b7a3f5c9d1e/children")]
    [InlineData("/v2/assets/4x2", "GET /v2/assets/4x2")]
    [InlineData("/cha_1/messages", "GET /{id}/messages")]
    [InlineData("/CHA_1/messages", "GET /{id}/messages")]
    [InlineData("/cha_/messages", "GET /cha_/messages")]
    [InlineData("/chat/messages", "GET /chat/messages")]
    [InlineData("/42", "GET /{id}")]
    [InlineData("/V2/Things", "GET /v2/things")]
    [InlineData("/v2/things/?page=2", "GET /v2/things")]
    [InlineData("/A%3fB", "GET /a%3Fb")]
    [InlineData("/{id}", "GET /%7Bid%7D")]
    [InlineData("/a/**", "GET /a/%2A%2A")]
    [InlineData("/a/*", "GET /a/*")]
    [InlineData("/Übersicht", "GET /%C3%BCbersicht")]
    [InlineData("/%C3%9CBERSICHT", "GET /%C3%BCbersicht")]
    [InlineData("/%E2%84%AAelvin", "GET /kelvin")]
    [InlineData("/Σίσυφος", "GET /%CF%83%CE%AF%CF%83%CF%85%CF%86%CE%BF%CF%83")]
    [InlineData("/named/more", "GET /named/more")]
    [InlineData("/", "GET /")]
    public void The_name_of_a_route_has_placeholders_for_ids(string path, string expected) =>
        Assert.Equal(expected, Matcher.Match("GET", path));

    [Theory]
    [InlineData("POST", "POST /x")]
    [InlineData("post", "POST /x")]
    [InlineData("HEAD", "GET /x")]
    [InlineData("PROPFIND", "OTHER /x")]
    [InlineData("OTHER", "OTHER /x")]
    public void Route_is_named_by_a_known_method(string method, string expected) =>
        Assert.Equal(expected, Matcher.Match(method, "/x"));

    [Fact]
    public void Segment_over_64_characters_is_an_id()
    {
        Assert.Equal("GET /" + new string('w', 64), Matcher.Match("GET", "/" + new string('w', 64)));
        Assert.Equal("GET /{id}", Matcher.Match("GET", "/" + new string('w', 65)));
    }

    [Fact]
    public void Routes_that_differ_after_512_characters_have_one_name()
    {
        string path = string.Concat(Enumerable.Repeat("/abcdefg", 70));

        string name = Matcher.Match("GET", path);

        Assert.Equal("GET " + string.Concat(Enumerable.Repeat("/abcdefg", 63)) + "/**", name);
        Assert.Equal(name, Matcher.Match("GET", path + "/other"));
    }

    [Fact]
    public void Deepest_path_of_one_character_has_a_name_of_512_characters_at_most()
    {
        string name = Matcher.Match("OPTIONS", string.Concat(Enumerable.Repeat("/é", 256)));

        Assert.InRange(name.Length, 500, 512);
        Assert.EndsWith("/%C3%A9/**", name);
    }

    [Fact]
    public void A_known_name_allocates_nothing()
    {
        Matcher.TryMatch("GET", "/v2/assets/42/children", out _, out _);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Matcher.TryMatch("GET", "/v2/assets/43/children", out _, out _);
        long after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(0, after - before);
    }

    [Fact]
    public void Random_paths_do_not_change_a_name()
    {
        var matcher = new EndpointMatcher(With([]));
        for (int i = 0; i < 3 * NamePool.Capacity; i++)
        {
            Assert.Equal($"GET /random-{i}", matcher.Match("GET", $"/random-{i}"));
        }

        Assert.Equal("GET /random-0", matcher.Match("GET", "/random-0"));
    }
}
