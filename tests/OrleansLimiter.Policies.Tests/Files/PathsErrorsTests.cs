namespace OrleansLimiter.Policies.Tests;

public class PathsErrorsTests
{
    [Theory]
    [InlineData("[cut]", "6:8: paths is a list; a mapping (key: value) is expected")]
    [InlineData("{ parameter: keep }", "6:10: paths has no key 'parameter'; did you mean 'parameters'?")]
    [InlineData("{ parameters: ignore }", "6:22: parameters of paths is 'ignore'; known are cut, keep")]
    [InlineData("{ case: ignored }", "6:16: case of paths is 'ignored'; did you mean 'ignore'?")]
    [InlineData("{ encoded-slash: seperator }", "6:25: encoded-slash of paths is 'seperator'; did you mean 'separator'?")]
    [InlineData("{ double-encoding: }", "6:27: double-encoding of paths is empty; give it a value")]
    [InlineData(
        "{ suffix: [cut], case: x }",
        "6:18: suffix of paths is a list; text is expected",
        "6:31: case of paths is 'x'; known are ignore, keep")]
    public void Every_error_of_paths_is_reported(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.With(more: $"paths: {text}\n")));

    [Fact]
    public void An_error_of_paths_is_not_repeated_for_each_route() => Assert.Equal(
        ["6:22: parameters of paths is 'kept'; known are cut, keep"],
        PolicyText.Errors(PolicyText.With(more: "paths: { parameters: kept }\nendpoints: { e: [GET /e;v=1, GET /f;v=1] }\n")));

    [Fact]
    public void Defaults_are_the_safe_values() => Assert.Equal(
        new PathsDefinition
        {
            Parameters = PathParameters.Cut,
            Case = PathCasing.Ignore,
            EncodedSlash = EncodedSlash.Refuse,
            DoubleEncoding = DoubleEncoding.Decode,
            Suffix = PathSuffix.Keep,
        },
        Paths(""));

    [Fact]
    public void Every_value_is_read()
    {
        Assert.Equal(new(), Paths("paths: { parameters: cut, case: ignore, encoded-slash: refuse, double-encoding: decode, suffix: keep }\n"));
        Assert.Equal(
            new()
            {
                Parameters = PathParameters.Keep,
                Case = PathCasing.Keep,
                EncodedSlash = EncodedSlash.Keep,
                DoubleEncoding = DoubleEncoding.Keep,
                Suffix = PathSuffix.Cut,
            },
            Paths("paths: { parameters: keep, case: keep, encoded-slash: keep, double-encoding: keep, suffix: cut }\n"));
        Assert.Equal(new() { EncodedSlash = EncodedSlash.Separator }, Paths("paths: { encoded-slash: separator }\n"));
    }

    [Theory]
    [InlineData("parameters: keep", "GET /e;v=1")]
    [InlineData("suffix: keep", "GET /e.json")]
    [InlineData("suffix: cut", "GET /e.d/f")]
    [InlineData("suffix: cut", "GET /e.d/**")]
    public void A_route_that_paths_can_match_is_valid(string paths, string route) =>
        Assert.Empty(PolicyText.Errors(PolicyText.With(more: $"paths: {{ {paths} }}\nendpoints: {{ e: ['{route}'] }}\n")));

    [Fact]
    public void A_route_whose_suffix_is_cut_is_an_error() => Assert.Equal(
        [
            "7:18: the route is 'GET /e.json'; 'e.json' never matches, because the suffix of a last segment is cut; leave it out, or write 'paths: { suffix: keep }'",
        ],
        PolicyText.Errors(PolicyText.With(more: "paths: { suffix: cut }\nendpoints: { e: [GET /e.json] }\n")));

    [Fact]
    public void Routes_that_differ_in_case_are_different_with_case_keep()
    {
        const string Endpoints = "endpoints: { e: [GET /e], f: [GET /E] }\n";

        Assert.Empty(PolicyText.Errors(PolicyText.With(more: "paths: { case: keep }\n" + Endpoints)));
        Assert.Equal(
            ["6:31: the route 'GET /E' is never reached: 'GET /e' of endpoint 'e' in line 6 comes first; put the narrower route first"],
            PolicyText.Errors(PolicyText.With(more: Endpoints)));
    }

    private static PathsDefinition Paths(string more)
    {
        PolicyReadResult read = PolicyText.Read(PolicyText.With(more: more));
        Assert.Empty(read.Errors);
        return read.Policy!.Paths;
    }
}
