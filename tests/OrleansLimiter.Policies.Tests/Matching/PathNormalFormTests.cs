using FsCheck;
using FsCheck.Fluent;

namespace OrleansLimiter.Policies.Tests;

public class PathNormalFormTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(4_000);
    private static readonly PathNormalForm Form = new(new());

    public static TheoryData<string, string> Forms { get; } = new()
    {
        { "/", "/" },
        { "/v1/x", "/v1/x" },
        { "/v1//x", "/v1/x" },
        { "//v1///x//", "/v1/x" },
        { "/v1/x/", "/v1/x" },
        { "/v1/./x", "/v1/x" },
        { "/v1/%2e%2e/x", "/x" },
        { "/v1/.%2E/x", "/x" },
        { "/../../x", "/x" },
        { "/a/..", "/" },
        { "/a//../b", "/b" },
        { "/a/.../b", "/a/b" },
        { "/a./b", "/a/b" },
        { "/a.b/c", "/a.b/c" },
        { "/a.b.", "/a.b" },
        { "/.a/.b", "/.a/.b" },
        { "/a/..b/.c", "/a/..b/.c" },
        { "/a%3fb", "/a%3Fb" },
        { "/a%23b", "/a%23b" },
        { "/a%2525", "/a%25" },
        { "/a%25%2541", "/a%25A" },
        { "/a%25%E2%80%8B41", "/aA" },
        { "/%252e%252e/x", "/x" },
        { "/%41%7e%2D%5F%21%3A%40", "/A~-_!:@" },
        { "/a b", "/a%20b" },
        { "/a%20b", "/a%20b" },
        { "/a+b", "/a+b" },
        { "/{id}", "/%7Bid%7D" },
        { "/caf%c3%a9", "/caf%C3%A9" },
        { "/café", "/caf%C3%A9" },
        { "/😀", "/%F0%9F%98%80" },
        { "/V1/Customers", "/V1/Customers" },
        { "/v1/x?y=/../%00", "/v1/x" },
        { "/v1/x#y?z", "/v1/x" },
        { "/v1/x/?y", "/v1/x" },
        { "http://shop.example.com", "/" },
        { "http://shop.example.com?x", "/" },
        { "HTTPS://user@shop.example.com:8443/v1//x?y", "/v1/x" },
        { "http://[::1]:80/x", "/x" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Paths_have_one_normal_form(string path, string expected) =>
        Assert.Equal(expected, Normal(path));

    public static TheoryData<string, string> Errors { get; } = new()
    {
        { "", "the path does not begin with /; give a path such as /v1/things, or an absolute http or https URI" },
        { "v1/x", "the path does not begin with /; give a path such as /v1/things, or an absolute http or https URI" },
        { "*", "the path does not begin with /; give a path such as /v1/things, or an absolute http or https URI" },
        { "ftp://h/x", "the path does not begin with /; give a path such as /v1/things, or an absolute http or https URI" },
        { "http:///x", "the absolute URI has no valid host; give one such as https://shop.example.com/v1/things, or the path alone" },
        { "http://a b/x", "the absolute URI has no valid host; give one such as https://shop.example.com/v1/things, or the path alone" },
        { "http://a\u0000b/x", "the absolute URI has no valid host; give one such as https://shop.example.com/v1/things, or the path alone" },
        { "/a%00", "the path has the control character U+0000 at character 3; a path has none, escaped or not" },
        { "/a\u0000", "the path has the control character U+0000 at character 3; a path has none, escaped or not" },
        { "/%0d%0aX-Evil:1", "the path has the control character U+000D at character 2; a path has none, escaped or not" },
        { "/%7F", "the path has the control character U+007F at character 2; a path has none, escaped or not" },
        { "/%C2%85", "the path has the control character U+0085 at character 2; a path has none, escaped or not" },
        { "http://h/\u0001", "the path has the control character U+0001 at character 10; a path has none, escaped or not" },
        { "/a%zz", "the path has a % that is not followed by two hexadecimal digits (a percent sign itself is %25) at character 3" },
        { "/a%2", "the path has a % that is not followed by two hexadecimal digits (a percent sign itself is %25) at character 3" },
        { "/a%", "the path has a % that is not followed by two hexadecimal digits (a percent sign itself is %25) at character 3" },
        { "/%+1", "the path has a % that is not followed by two hexadecimal digits (a percent sign itself is %25) at character 2" },
        { "/%C3", "the path has escapes that are not valid UTF-8 at character 2" },
        { "/%C3é", "the path has escapes that are not valid UTF-8 at character 2" },
        { "/%C0%AF", "the path has escapes that are not valid UTF-8 at character 2" },
        { "/%ED%A0%80", "the path has escapes that are not valid UTF-8 at character 2" },
        { "/%25FF", "the path has escapes that are not valid UTF-8 once it is decoded again; encode it once, or write 'paths: { double-encoding: keep }' in the policy" },
        { "/%2500", "the path has the control character U+0000 once it is decoded again; a path has none, escaped or not; encode it once, or write 'paths: { double-encoding: keep }' in the policy" },
        { "/%2525252525252525252e", "the path is encoded more than 8 times; encode it once" },
        { "/a\\b", "the path has a backslash at character 3; a path has none" },
        { "/a%2fb", "the path has an encoded slash or backslash at character 3; servers handle it differently, and 'paths: { encoded-slash: keep }' or 'separator' in the policy allows it" },
        { "/a%5Cb", "the path has an encoded slash or backslash at character 3; servers handle it differently, and 'paths: { encoded-slash: keep }' or 'separator' in the policy allows it" },
        { "/%FF", "the path has escapes that are not valid UTF-8 at character 2" },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void Paths_without_a_normal_form_are_an_error(string path, string expected)
    {
        Assert.False(Form.TryNormalize(path, out _, out string? error));
        Assert.Equal(expected, error);
    }

    // Not in the table: the test runner does not support such text.
    [Fact]
    public void A_path_with_half_a_surrogate_pair_has_no_normal_form()
    {
        foreach (string path in (string[])["/a\uD83D", "/a\uDE00b", "/a\uDE00\uD83D"])
        {
            Assert.False(Form.TryNormalize(path, out _, out string? error));
            Assert.Equal("the path has an unpaired surrogate at character 3", error);
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData("%20")]
    [InlineData("é")]
    [InlineData("//")]
    public void Paths_over_8192_characters_are_too_long(string filling)
    {
        string path = "/" + string.Concat(Enumerable.Repeat(filling, 8_192));

        Assert.False(Form.TryNormalize(path, out _, out string? error));
        Assert.Equal("the path is too long; give at most 8192 characters, escapes counted", error);
    }

    [Fact]
    public void Path_of_8192_characters_is_not_too_long()
    {
        string path = "/" + new string('a', 8_191);

        Assert.Equal(path, Normal(path));
        Assert.Equal(path, Normal(path + "?" + path));
    }

    [Theory]
    [InlineData("/a", true)]
    [InlineData("/%20", true)]
    [InlineData("/a/", false)]
    [InlineData("/%20/b", false)]
    public void Path_has_at_most_256_segments(string segment, bool expected)
    {
        string path = string.Concat(Enumerable.Repeat(segment, 256)) + (expected ? "" : "/c");

        bool found = Form.TryNormalize(path, out _, out string? error);

        Assert.Equal(expected, found);
        Assert.Equal(expected ? null : "the path has too many segments; give at most 256", error);
    }

    [Fact]
    public void The_normal_form_equals_that_of_the_slow_model() => Prop.ForAll(AnyPath.Options(), AnyPath.Hostile(), (paths, path) =>
        Assert.Equal(SlowPath.Normal(path, paths), Normal(path, paths))).Check(Many);

    [Fact]
    public void Normal_form_of_a_normal_form_is_itself() => Prop.ForAll(AnyPath.Options(), AnyPath.Hostile(), (paths, path) =>
    {
        string? once = Normal(path, paths);
        Assert.Equal(once, once is null ? null : Normal(once, paths));
    }).Check(Many);

    [Fact]
    public void The_normal_form_is_printable_unambiguous_ASCII() => Prop.ForAll(AnyPath.Options(), AnyPath.Hostile(), (paths, path) =>
    {
        string normal = Normal(path, paths) ?? "/";
        Assert.Matches("\\A/([!$&-;=@-Z_a-z~]|%[0-9A-F]{2})*\\z", normal);
        Assert.DoesNotContain(normal.Split('/')[1..], segment => segment.EndsWith('.') || (segment == "" && normal != "/"));
    }).Check(Many);

    [Theory]
    [InlineData("/v1/customers/42")]
    [InlineData("/v1/customers/42?expand=all")]
    [InlineData("/v1.0/customers/john.doe")]
    [InlineData("/v1.0/customers?x=./;")]
    public void Normal_path_is_not_copied(string path)
    {
        Form.TryNormalize(path, out _, out _);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Form.TryNormalize(path, out ReadOnlySpan<char> normal, out _);
        long after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(0, after - before);
        Assert.True(normal.Overlaps(path));
    }

    [Fact]
    public void Normal_path_with_escapes_is_not_copied()
    {
        const string Path = "/v1/a%20b";

        Form.TryNormalize(Path, out ReadOnlySpan<char> normal, out _);

        Assert.True(normal.Overlaps(Path));
    }

    private static string? Normal(string path, PathsDefinition? paths = null) =>
        (paths is null ? Form : new(paths)).TryNormalize(path, out ReadOnlySpan<char> normal, out _) ? normal.ToString() : null;
}
