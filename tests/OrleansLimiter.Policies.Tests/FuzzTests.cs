using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace OrleansLimiter.Policies.Tests;

/// <summary>Any bytes are a policy, a path or a header that is read or refused: nothing throws.</summary>
public class FuzzTests
{
    private static readonly Corpus Policies = new("policies");
    private static readonly Corpus Paths = new("paths");
    private static readonly Corpus Forwarded = new("forwarded");
    private static readonly EndpointMatcher Matcher = MatcherOf("small.yaml");

    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

    [Fact]
    public void A_policy_file_is_a_policy_or_has_errors()
    {
        Assert.All(Policies.Inputs, Read);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Corpus.Runs(300)), Prop.ForAll(Seeds, seed => Read(Policies.Mutate(seed))));
    }

    [Fact]
    public void A_path_matches_or_has_an_error_and_always_the_same()
    {
        Assert.All(Paths.Inputs, Match);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Corpus.Runs(5_000)), Prop.ForAll(Seeds, seed => Match(Paths.Mutate(seed))));
    }

    [Fact]
    public void The_caller_of_forwarded_headers_is_the_connection_or_an_address_of_the_header()
    {
        Assert.True(TrustedProxies.TryParse(["10.0.0.0/8", "2001:db8::/32"], out TrustedProxies proxies, out _));
        Assert.All(Forwarded.Inputs, bytes => Resolve(proxies, bytes));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Corpus.Runs(5_000)), Prop.ForAll(Seeds, seed => Resolve(proxies, Forwarded.Mutate(seed))));
    }

    private static void Read(byte[] bytes)
    {
        PolicyReadResult result = PolicyReader.Read("fuzz.yaml", bytes);
        Assert.Equal(result.Policy is null, result.Errors.Count > 0);
        Assert.All(result.Errors, error => Assert.InRange(error.Line, 0, 1 + bytes.Count(c => c is (byte)'\n' or (byte)'\r') + bytes.Length));
        if (result.Policy is { } policy)
        {
            new EndpointMatcher(policy).TryMatch("GET", "/e/1", out _, out _);
        }
    }

    private static void Match(byte[] bytes)
    {
        foreach (string path in (string[])[Encoding.UTF8.GetString(bytes), Encoding.Latin1.GetString(bytes)])
        {
            bool matches = Matcher.TryMatch("GET", path, out EndpointMatch match, out string? error);
            bool again = Matcher.TryMatch("GET", path, out EndpointMatch same, out string? sameError);
            Assert.Equal((matches, error), (again, sameError));
            Assert.Equal(match.Name, same.Name);
            Assert.Equal(matches, error is null);
            Assert.Equal(DisplayText.Escape(error ?? ""), error ?? "");
        }
    }

    private static void Resolve(TrustedProxies proxies, byte[] bytes)
    {
        string header = Encoding.Latin1.GetString(bytes);
        IPAddress outside = IPAddress.Parse("203.0.113.99");
        Assert.Equal(outside, proxies.Resolve(outside, [header]));
        Assert.NotNull(proxies.Resolve(IPAddress.Parse("10.0.0.1"), [header, header]));
        TrustedProxies.TryParse([header], out _, out IReadOnlyList<string> errors);
        Assert.InRange(errors.Count, 0, 1);
    }

    private static EndpointMatcher MatcherOf(string file) => new(PolicyReader.Read(
        file, File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Corpus", "policies", file))).Policy!);
}
