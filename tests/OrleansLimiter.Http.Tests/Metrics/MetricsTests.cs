using System.Text.RegularExpressions;

namespace OrleansLimiter.Http.Tests;

public partial class MetricsTests
{
    [Fact]
    public async Task Decisions_are_counted_by_policy_limit_and_outcome()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        foreach (string body in (string[])[
            """{"account":"a","path":"/things/7"}""",
            """{"account":"a","path":"/things/7"}""",
            """{"account":"a","path":"/things/7"}""",
            """{"account":"a","path":"/x","peek":true}""",
            """{"account":"a","path":"/x","attributes":{"plan":"gold"}}""",
            """{"account":"a","path":"/x","cost":0}""",
            """{"policy":"nothing"}"""])
        {
            using HttpResponseMessage answer = await host.CheckAsync(body);
        }

        string metrics = await host.Admin.GetStringAsync("/metrics");

        Assert.Equal(
            [
                "orleans_limiter_decisions_total{policy=\"things\",limit=\"\",outcome=\"unlimited\"} 0",
                "orleans_limiter_decisions_total{policy=\"things\",limit=\"account\",outcome=\"allowed\"} 4",
                "orleans_limiter_decisions_total{policy=\"things\",limit=\"account\",outcome=\"failed\"} 0",
                "orleans_limiter_decisions_total{policy=\"things\",limit=\"account\",outcome=\"refused\"} 0",
                "orleans_limiter_decisions_total{policy=\"things\",limit=\"account\",outcome=\"too-many-groups-of-account\"} 0",
                "orleans_limiter_decisions_total{policy=\"things\",limit=\"burst\",outcome=\"allowed\"} 2",
                "orleans_limiter_decisions_total{policy=\"things\",limit=\"burst\",outcome=\"failed\"} 0",
                "orleans_limiter_decisions_total{policy=\"things\",limit=\"burst\",outcome=\"refused\"} 1",
                "orleans_limiter_decisions_total{policy=\"things\",limit=\"burst\",outcome=\"too-many-groups-of-account\"} 0",
            ],
            Lines(metrics, "orleans_limiter_decisions_total"));
        Assert.Equal(["orleans_limiter_peeks_total{policy=\"things\"} 1"], Lines(metrics, "orleans_limiter_peeks_total"));
        Assert.Equal(
            ["orleans_limiter_unknown_attribute_values_total{policy=\"things\"} 1"],
            Lines(metrics, "orleans_limiter_unknown_attribute_values_total"));
        Assert.Equal(
            [
                "orleans_limiter_bad_requests_total{reason=\"field\"} 1",
                "orleans_limiter_bad_requests_total{reason=\"policy\"} 1",
            ],
            Lines(metrics, "orleans_limiter_bad_requests_total").Where(line => !line.EndsWith(" 0", StringComparison.Ordinal)));
        Assert.Equal(["orleans_limiter_living_groups 2"], Lines(metrics, "orleans_limiter_living_groups"));
        Assert.Equal(["orleans_limiter_swept_groups_total 0"], Lines(metrics, "orleans_limiter_swept_groups_total"));
        Assert.Equal(["orleans_limiter_policy_generation{policy=\"things\"} 3"], Lines(metrics, "orleans_limiter_policy_generation"));
        Assert.Equal(["orleans_limiter_overrides 0"], Lines(metrics, "orleans_limiter_overrides"));
    }

    [Fact]
    public async Task The_histogram_is_cumulative_and_in_seconds()
    {
        LimiterHost? host = null;
        var groups = new UnavailableBucketStore
        {
            OnAcquire = () =>
            {
                host!.Time.Advance(TimeSpan.FromMilliseconds(3));
                return new(GroupReply.Unavailable());
            },
        };
        await using (host = await LimiterHost.StartAsync(new LimiterHostSetup { Policies = [TestPolicies.Things], Groups = groups }))
        {
            using HttpResponseMessage answer = await host.CheckAsync("""{"account":"a","path":"/x"}""");

            string[] lines = Lines(await host.Admin.GetStringAsync("/metrics"), "orleans_limiter_decision_duration_seconds");

            const string Labels = "policy=\"things\",outcome=\"allowed\"";
            Assert.Contains($"orleans_limiter_decision_duration_seconds_bucket{{{Labels},le=\"0.0025\"}} 0", lines);
            Assert.Contains($"orleans_limiter_decision_duration_seconds_bucket{{{Labels},le=\"0.005\"}} 1", lines);
            Assert.Contains($"orleans_limiter_decision_duration_seconds_bucket{{{Labels},le=\"1\"}} 1", lines);
            Assert.Contains($"orleans_limiter_decision_duration_seconds_bucket{{{Labels},le=\"+Inf\"}} 1", lines);
            Assert.Contains($"orleans_limiter_decision_duration_seconds_sum{{{Labels}}} 0.003", lines);
            Assert.Contains($"orleans_limiter_decision_duration_seconds_count{{{Labels}}} 1", lines);
        }
    }

    [Fact]
    public async Task The_text_is_in_the_format_of_Prometheus()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        using HttpResponseMessage check = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        using HttpResponseMessage bad = await host.CheckAsync("");

        using HttpResponseMessage answer = await host.Admin.GetAsync("/metrics");

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Header("Content-Type"));
        string[] lines = (await answer.Content.ReadAsStringAsync()).Split('\n');
        Assert.Equal("", lines[^1]);
        string? family = null;
        foreach (string line in lines[..^1])
        {
            Match declared = Declaration().Match(line);
            family = declared.Success ? declared.Groups[1].Value : family;
            Assert.True(
                declared.Success || (Sample().IsMatch(line) && line.StartsWith(family!, StringComparison.Ordinal)), line);
        }
    }

    [Fact]
    public async Task No_account_path_or_unlisted_endpoint_is_ever_a_label()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(
            TestPolicies.Things.Replace("unlisted: shared", "unlisted: route", StringComparison.Ordinal));
        using HttpResponseMessage check = await host.CheckAsync("""{"account":"sesame-account","path":"/sesame/path","mode":"sesame-mode"}""");
        using HttpResponseMessage bad = await host.CheckAsync("""{"policy":"sesame-policy","sesame":1}""");

        Assert.DoesNotContain("sesame", await host.Admin.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_hosts_in_one_process_count_separately()
    {
        await using LimiterHost one = await LimiterHost.StartAsync(TestPolicies.Things);
        await using LimiterHost other = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage check = await one.CheckAsync("""{"account":"a","path":"/x"}""");

        Assert.Equal(["orleans_limiter_living_groups 1"], Lines(await one.Admin.GetStringAsync("/metrics"), "orleans_limiter_living_groups"));
        Assert.Equal(["orleans_limiter_living_groups 0"], Lines(await other.Admin.GetStringAsync("/metrics"), "orleans_limiter_living_groups"));
    }

    private static string[] Lines(string metrics, string name) =>
        [.. metrics.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal))];

    [GeneratedRegex("^# (?:HELP|TYPE) ([a-z_]+) (?:[A-Z'].*|counter|gauge|histogram)$")]
    private static partial Regex Declaration();

    [GeneratedRegex("""^[a-z_]+(?:\{[a-z]+="[^"\\\n]*"(?:,[a-z]+="[^"\\\n]*")*\})? [0-9.eE+-]+$""")]
    private static partial Regex Sample();
}
