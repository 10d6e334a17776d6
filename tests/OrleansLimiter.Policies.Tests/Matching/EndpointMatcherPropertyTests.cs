using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace OrleansLimiter.Policies.Tests;

public class EndpointMatcherPropertyTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(1_000);

    private static readonly string[] Methods = ["GET", "POST", "PURGE"];
    private static readonly string[] Words = ["a", "b", "A", "ab", "x%3FY"];

    private static readonly Gen<RoutePattern> Routes =
        from method in Gen.Elements((string?)null, "GET", "POST")
        from segments in Gen.Elements("a", "b", "B", "ab", "{}").ListOf()
        from ending in Gen.Elements("", "", "/**")
        select new RoutePattern(method, Template(segments.Take(4), ending));

    private static readonly Gen<PolicyDefinition> Policies =
        from endpoints in Routes.ListOf().ListOf()
        from casing in Gen.Elements(PathCasing.Ignore, PathCasing.Keep)
        select TestPolicy.With(
            [.. endpoints.Take(8).Where(routes => routes.Count > 0).Select((routes, i) =>
                new EndpointDefinition($"e{i}", [.. routes.Take(5)], Resource(routes.Take(5))))],
            new PathsDefinition { Case = casing },
            Unlisted.Shared);

    [Fact]
    public void The_matcher_finds_the_same_route_as_a_scan_of_all_routes()
    {
        var cases =
            from policy in Policies
            from paths in AnyPath.OfWords(Words).ListOf(20)
            select (policy, paths);

        Prop.ForAll(cases.ToArbitrary(), each =>
        {
            var matcher = new EndpointMatcher(each.policy);
            foreach (string path in each.paths)
            {
                foreach (string method in Methods)
                {
                    var expected = SlowMatch.First(each.policy, method, path);
                    Assert.True(matcher.TryMatch(method, path, out EndpointMatch match, out _));
                    Assert.Equal(expected ?? (-1, ""), (match.Index, match.Resource));
                }
            }
        }).Check(Many);
    }

    [Fact]
    public void The_matcher_finds_the_same_route_for_every_spelling_of_a_path()
    {
        var matcher = new EndpointMatcher(TestPolicy.With(
            [TestPolicy.Endpoint("a", ["ANY /v1/customers/{id}"], "id"), TestPolicy.Endpoint("b", ["ANY /v1/**"])]));

        Prop.ForAll(AnyPath.Hostile(), path =>
        {
            string spelled = matcher.Match("GET", path);
            string? normal = SlowPath.Normal(path);

            Assert.Equal(normal is null, spelled.StartsWith('!'));
            if (normal is not null)
            {
                Assert.Equal(matcher.Match("GET", normal), spelled);
            }
        }).Check(Many);
    }

    [Fact]
    public void The_name_of_an_unlisted_route_is_bounded_and_the_same_in_any_case()
    {
        var matcher = new EndpointMatcher(TestPolicy.With([], Unlisted.Route, "cus_"));

        Prop.ForAll(AnyPath.Hostile(), path =>
        {
            if (SlowPath.Normal(path) is { } normal)
            {
                string name = matcher.Match("GET", normal);
                Assert.InRange(name.Length, 5, 512);
                Assert.Equal(name, matcher.Match("GET", normal.ToUpperInvariant()));
                Assert.Equal(name, new EndpointMatcher(TestPolicy.With([], Unlisted.Route, "cus_")).Match("GET", normal));
            }
        }).Check(Many);
    }

    // A parameter is named by its position, so that names are unique.
    private static string Template(IEnumerable<string> segments, string ending)
    {
        string path = string.Concat(segments.Select((segment, i) => segment == "{}" ? $"/{{p{i}}}" : "/" + segment)) + ending;
        return path == "" ? "/" : path;
    }

    private static string? Resource(IEnumerable<RoutePattern> routes) => routes
        .Select(route => route.Path.Split('/').Where(segment => segment.StartsWith('{')).ToImmutableHashSet())
        .Aggregate((common, next) => common.Intersect(next))
        .Min()?[1..^1];
}
