using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansLimiter.Http.Tests;

public class ResponseMapperTests
{
    [Fact]
    public void Usage_shows_the_parts_that_identify_groups_of_every_scope()
    {
        Assert.All(ScopeDescriptor.All, scope => Assert.Equal(scope.Qualifier != GroupQualifier.None, Values(scope.Scope).Contains("q")));
    }

    private static IEnumerable<string> Values(Scope scope)
    {
        var rule = new Rule(Algorithm.FixedWindow, 10, TimeSpan.FromMinutes(1));
        var group = new GroupKey(scope, "p", new(AccountKind.Id, "a"), "e", "q");
        UsageResponse answer = ResponseMapper.Of(new BucketUsage(group, "l", rule, new BucketUsage().Reading));
        return JsonSerializer.SerializeToNode(answer)!.AsObject().Select(field => field.Value?.ToString() ?? "");
    }
}
