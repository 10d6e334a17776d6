using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace OrleansLimiter.Testing.Clauses;

/// <summary>
/// All spellings of a path share its bucket in every kind of call: every row of the table in the policy
/// reference, under Front's policy, which has the same routes.
/// </summary>
public abstract class PathClauses(ClauseHost host)
{
    private const string Exports = "POST /exports";

    public static TheoryData<string> Spellings { get; } = [.. PathTable.Defaults.Select(row => row.Path)];

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task All_spellings_of_a_path_share_a_bucket_in_every_call(string path)
    {
        PathSpelling row = PathTable.Defaults.Single(row => row.Path == path);
        int expected = row.Endpoint switch { null => 400, "exports" or "messages" => 429, _ => 200 };
        Caller company = host.NewCaller("front", "X-Company-Id").With("X-Plan", "enterprise");
        Assert.Equal(1, await company.PassAsync(1, Exports));
        if (row.Resource != "")
        {
            Assert.Equal(5, await company.PassAsync(5, $"POST /conversations/{row.Resource}/messages"));
        }

        var check = new { policy = "front", account = company.Account, method = "POST", path };
        using HttpResponseMessage one = await host.Decisions.PostAsJsonAsync("/v1/check", check);
        using HttpResponseMessage batch = await host.Decisions.PostAsJsonAsync("/v1/check/batch", new[] { check });

        Assert.Equal(expected, (await company.SendAsync($"POST {path}")).Status);
        Assert.Equal(expected, (int)one.StatusCode);
        Assert.Equal(expected, await StatusAsync(batch));
        if (row.SpeltResource is { } resource)
        {
            using HttpResponseMessage named = await host.Decisions.PostAsJsonAsync(
                "/v1/check", new { policy = "front", account = company.Account, endpoint = "conversation_messages", resource });
            Assert.Equal(expected, (int)named.StatusCode);
        }
    }

    [Theory]
    [InlineData("POST /exports;1", "1", 1)]
    [InlineData("POST /exports%3B1", "1", 1)]
    [InlineData("POST /x/..;/exports", "1", 1)]
    [InlineData("POST /conversations/c1;a/messages", "2", 5)]
    [InlineData("POST /conversations/C1%20/messages", "2", 5)]
    public async Task A_spelling_keeps_its_tier(string request, string tier, int permits)
    {
        Caller company = host.NewCaller("front", "X-Company-Id").With("X-Plan", "enterprise");

        Answer first = await company.SendAsync(request);
        int passed = await company.PassAsync(8, request, request.Replace("c1", "C1", StringComparison.Ordinal));

        Assert.Equal((200, tier, permits - 1), (first.Status, first["X-Front-Tier"], passed));
    }

    [Fact]
    public async Task Path_parameters_do_not_create_a_second_limit_on_children_of_an_asset()
    {
        Caller user = host.NewCaller("frame-io", "X-User-Id");

        Assert.Equal(40, await user.PassAsync(70, [.. Enumerable.Range(0, 70).Select(i => $"GET /v2/assets/1081/children;v={i}")]));
    }

    [Fact]
    public async Task Path_parameters_do_not_create_a_second_limit_on_an_unlisted_route()
    {
        Caller merchant = host.NewCaller("frame-v1", "X-Merchant-Id");

        Assert.Equal(160, await merchant.PassAsync(200, [.. Enumerable.Range(0, 200).Select(i => $"GET /v1/disputes;{i}")]));
    }

    // A denied check of a batch is in its response. An invalid check refuses the batch.
    private static async Task<int> StatusAsync(HttpResponseMessage batch) =>
        !batch.IsSuccessStatusCode ? (int)batch.StatusCode
        : (await batch.Content.ReadFromJsonAsync<JsonArray>())![0]!["allowed"]!.GetValue<bool>() ? 200 : 429;
}
