using System.Text;

namespace OrleansLimiter.Policies.Tests;

/// <summary>The tables of spellings in the policy reference are correct.</summary>
public class PathTableTests
{
    public static TheoryData<string, string> Spellings { get; } = Rows(PathTable.Defaults);

    public static TheoryData<string, string> OtherSpellings { get; } = Rows(PathTable.Others);

    [Fact]
    public void Tables_are_read() =>
        Assert.Equal((60, 12), (PathTable.Defaults.Count, PathTable.Others.Count));

    [Theory]
    [MemberData(nameof(Spellings))]
    [MemberData(nameof(OtherSpellings))]
    public void A_spelling_is_the_endpoint_of_the_reference(string value, string path)
    {
        PathSpelling row = PathTable.Defaults.Concat(PathTable.Others).Single(row => (row.Value, row.Path) == (value, path));
        EndpointMatcher matcher = Matcher(value);

        bool isPath = matcher.TryMatch("POST", path, out EndpointMatch match, out string? error);

        Assert.Equal(
            (row.Endpoint, row.Endpoint is null ? null : row.Resource),
            isPath ? (match.Name, match.Resource) : (null, null));
        Assert.Equal(row.Endpoint is null, error is not null);
        if (row.SpeltResource is { } resource)
        {
            Assert.Equal($"messages of {row.Resource}", matcher.Name("messages", resource));
        }
    }

    [Theory]
    [MemberData(nameof(OtherSpellings))]
    public void A_spelling_is_different_with_the_defaults(string value, string path)
    {
        Assert.NotEqual(Matcher(value).Match("POST", path), Matcher("").Match("POST", path));
    }

    private static TheoryData<string, string> Rows(IEnumerable<PathSpelling> spellings)
    {
        var rows = new TheoryData<string, string>();
        foreach (PathSpelling row in spellings)
        {
            rows.Add(row.Value, row.Path);
        }

        return rows;
    }

    // As in the reference.
    private static EndpointMatcher Matcher(string paths) => new(PolicyReader.Read("f", Encoding.UTF8.GetBytes($$"""
        policy: p
        generation: 1
        identity: { account: ip }
        endpoints:
          exports: [ANY /exports]
          messages: { routes: [POST /conversations/{conversation_id}/messages], resource: conversation_id }
        unlisted: route
        paths: { {{paths}} }
        limits:
          - { name: a, scope: account, algorithm: fixed-window, permits: 1, window: 1s }
        """)).Policy!);
}
