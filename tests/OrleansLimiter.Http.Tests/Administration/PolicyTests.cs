using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Http.Tests;

public class PolicyTests
{
    [Fact]
    public async Task A_policy_shows_what_is_in_force_and_since_when()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        JsonNode policy = JsonNode.Parse(await host.Admin.GetStringAsync("/v1/policies/things"))!;

        Assert.Equal(host.Folder.Path("policies/0.yaml"), policy["file"]!.GetValue<string>());
        policy.AsObject().Remove("file");
        string rest = policy.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        Assert.Equal(
            """{"policy":"things","generation":3,"description":"For tests.","since":"2026-01-01T00:00:00+00:00","identity":{"account":["header:X-Account","ip"],"empty":"absent"},"onFailure":"allow","accountGroups":{"max":1000,"beyond":"refuse"},"rls":{"domain":"things","entries":{"account":"account","ip":"remote_address","method":"method","path":"path","endpoint":"endpoint","resource":"resource","mode":"mode","plan":"plan","note":"note"},"onMissing":"error"},"paths":{"parameters":"cut","case":"ignore","encodedSlash":"refuse","doubleEncoding":"decode","suffix":"keep"},"responses":{"standard":"none","problemDetails":"none"},"limits":["""
            + """{"name":"account","scope":"account","algorithm":"fixed-window","key":["mode"],"lease":"none","survive":"crash","descriptorLimit":"refuse","cases":[{"when":{"plan":["pro"]},"permits":10,"window":"60s"},{"permits":3,"window":"60s"}]},"""
            + """{"name":"burst","scope":"burst","algorithm":"rolling-window","when":{"endpoint":["thing"]},"lease":"none","survive":"crash","descriptorLimit":"refuse","cases":[{"permits":2,"window":"1s"}]}]}""",
            rest);
    }

    [Theory]
    [InlineData("", "none")]
    [InlineData(", lease: none", "none")]
    [InlineData(", lease: auto", "auto")]
    public async Task A_limit_shows_whether_front_ends_can_lease_its_permits(string lease, string shown)
    {
        string policy = $$"""
            policy: leased
            generation: 1
            identity: { account: [header:X-Account] }
            unlisted: shared
            limits:
              - { name: only, scope: account, algorithm: fixed-window, permits: 100, window: 60s{{lease}} }
            """;
        await using LimiterHost host = await LimiterHost.StartAsync(policy);

        JsonNode answer = JsonNode.Parse(await host.Admin.GetStringAsync("/v1/policies/leased"))!;

        Assert.Equal(shown, answer["limits"]![0]!["lease"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_policy_shows_how_it_reads_paths()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(
            TestPolicies.Things + "\npaths: { parameters: keep, case: keep, encoded-slash: separator, double-encoding: keep, suffix: cut }\n");

        JsonNode policy = JsonNode.Parse(await host.Admin.GetStringAsync("/v1/policies/things"))!;

        Assert.Equal(
            """{"parameters":"keep","case":"keep","encodedSlash":"separator","doubleEncoding":"keep","suffix":"cut"}""",
            policy["paths"]!.ToJsonString());
    }

    [Fact]
    public async Task A_policy_shows_what_responses_contain_by_a_standard()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(
            TestPolicies.Strict.Replace(
                "    content-type: text/plain\n    body: 'not now, {account}'", "    problem-details: draft-10\n  standard: draft-10",
                StringComparison.Ordinal));

        JsonNode policy = JsonNode.Parse(await host.Admin.GetStringAsync("/v1/policies/strict"))!;

        Assert.Equal("""{"standard":"draft-10","problemDetails":"draft-10"}""", policy["responses"]!.ToJsonString());
    }

    [Fact]
    public async Task All_policies_are_listed_by_name()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things, TestPolicies.Strict);

        JsonNode answer = JsonNode.Parse(await host.Admin.GetStringAsync("/v1/policies"))!;

        Assert.Equal(["strict", "things"], answer["policies"]!.AsArray().Select(each => each!["policy"]!.GetValue<string>()));
        Assert.Equal("[]", answer["refusedFiles"]!.ToJsonString());
    }

    [Fact]
    public async Task An_unknown_policy_is_404()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await host.Admin.GetAsync("/v1/policies/nothing");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(
            """{"title":"Not Found","status":404,"detail":"there is no policy 'nothing'; known are things","field":"policy"}""",
            await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_changed_file_is_in_force_within_a_second_and_keeps_the_usage()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        using HttpResponseMessage before = await host.CheckAsync("""{"account":"a","path":"/x"}""");

        host.Folder.Write(
            "policies/0.yaml",
            TestPolicies.Things.Replace("generation: 3", "generation: 4", StringComparison.Ordinal).Replace("permits: 3", "permits: 30", StringComparison.Ordinal));
        host.Time.Advance(TimeSpan.FromSeconds(1));

        using HttpResponseMessage after = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        Assert.Equal("2", before.Header("X-Remaining"));
        Assert.Equal("30", after.Header("X-Limit"));
        Assert.Equal("28", after.Header("X-Remaining"));
        Assert.Contains(
            host.Log.At(LogLevel.Information), line => line.StartsWith("Policy things, generation 4, is in force", StringComparison.Ordinal));
        Assert.Contains(
            "\norleans_limiter_policy_changes_total{outcome=\"applied\"} 1\n", await host.Admin.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limiter_without_policies_is_not_ready()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        File.Delete(host.Folder.Path("policies/0.yaml"));
        using HttpResponseMessage removed = await host.Admin.DeleteAsync("/v1/policies/things");

        Assert.Equal("""{"removed":"things"}""", await removed.Content.ReadAsStringAsync());
        using HttpResponseMessage ready = await host.Decisions.GetAsync("/readyz");
        using HttpResponseMessage check = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(
            """{"title":"Service Unavailable","status":503,"detail":"limiter: no policy is loaded"}""",
            await ready.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, check.StatusCode);
        Assert.Equal(
            """{"title":"Not Found","status":404,"detail":"no policy is loaded","field":"policy"}""", await check.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_policy_whose_file_is_missing_decides_until_its_removal_is_confirmed_and_is_reported()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        File.Delete(host.Folder.Path("policies/0.yaml"));
        host.Time.Advance(TimeSpan.FromSeconds(60));

        using HttpResponseMessage check = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        JsonNode policy = JsonNode.Parse(await host.Admin.GetStringAsync("/v1/policies/things"))!;
        string metrics = await host.Admin.GetStringAsync("/metrics");
        Assert.Equal(HttpStatusCode.OK, check.StatusCode);
        Assert.Equal("2026-01-01T00:00:01+00:00", policy["missingSince"]!.GetValue<string>());
        Assert.Contains("\norleans_limiter_policies_without_file 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\norleans_limiter_policy_changes_total{outcome=\"refused\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Equal(
            $"The file of policy things is missing ({host.Folder.Path("policies/0.yaml")}). The policy stays in force for 00:00:30; "
            + "the last policies of a folder stay until their removal is confirmed",
            Assert.Single(host.Log.At(LogLevel.Warning)));
        Assert.Contains("no policy file is left in the folder", Assert.Single(host.Log.At(LogLevel.Error)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_to_another_file_shows_nothing_of_it()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        string secret = host.Folder.Write("shadow", "root:$6$Secret1$Secret2:19000:0:99999:7:::\n");

        File.CreateSymbolicLink(host.Folder.Path("policies/linked.yaml"), secret);
        host.Time.Advance(TimeSpan.FromSeconds(1));

        string list = await host.Admin.GetStringAsync("/v1/policies");
        Assert.Contains("this file is not a policy", list, StringComparison.Ordinal);
        Assert.DoesNotContain("Secret", list, StringComparison.Ordinal);
        Assert.DoesNotContain("Secret", Assert.Single(host.Log.At(LogLevel.Error)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_whose_file_exists_cannot_be_removed()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage existing = await host.Admin.DeleteAsync("/v1/policies/things");
        using HttpResponseMessage unknown = await host.Admin.DeleteAsync("/v1/policies/nothing");

        Assert.Equal(HttpStatusCode.Conflict, existing.StatusCode);
        Assert.Equal(
            $$"""{"title":"Conflict","status":409,"detail":"the policy is in '{{host.Folder.Path("policies/0.yaml")}}'; remove the file first","field":"policy"}""",
            await existing.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task An_invalid_change_is_refused_and_reported_while_the_last_valid_policy_decides()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        host.Folder.Write("policies/0.yaml", TestPolicies.Things.Replace("permits: 3", "permits: -3", StringComparison.Ordinal));
        host.Time.Advance(TimeSpan.FromSeconds(1));

        using HttpResponseMessage check = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        Assert.Equal("3", check.Header("X-Limit"));
        JsonNode policy = JsonNode.Parse(await host.Admin.GetStringAsync("/v1/policies/things"))!;
        Assert.Equal(3, policy["generation"]!.GetValue<int>());
        Assert.Equal("2026-01-01T00:00:01+00:00", policy["refused"]!["at"]!.GetValue<string>());
        JsonNode error = Assert.Single(policy["refused"]!["faults"]!.AsArray())!;
        Assert.Equal(19, error["line"]!.GetValue<int>());
        Assert.Contains("-3", error["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains(host.Log.At(LogLevel.Error), line => line.Contains("is refused; the policy in force stays", StringComparison.Ordinal));
        Assert.Contains(
            "\norleans_limiter_policy_changes_total{outcome=\"refused\"} 1\n", await host.Admin.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }
}
