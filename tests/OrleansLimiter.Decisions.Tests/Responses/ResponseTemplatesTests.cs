using System.Text;
using static OrleansLimiter.Decisions.Tests.TestDecisions;

namespace OrleansLimiter.Decisions.Tests;

public class ResponseTemplatesTests
{
    private static readonly ResponsesDefinition Front = new()
    {
        Report = ["company"],
        Always = [new("X-RateLimit-Limit", "{limit}"), new("X-RateLimit-Remaining", "{remaining}"), new("X-RateLimit-Reset", "{reset-epoch-s}")],
        Allowed = [new("X-Ok", "yes")],
        Denied = [new("Retry-After", "{retry-after-s}")],
        DeniedContentType = "application/json",
        DeniedBody = """{"message":"Too Many Requests"}""",
    };

    private static readonly LimitDefinition[] FrontLimits =
        [Limit("company"), Limit("tier-1", new HeaderDefinition("X-Front-Tier", "1"))];

    [Fact]
    public void An_allowed_response_has_the_headers_of_always_and_allowed_and_of_the_limits_that_applied()
    {
        var decision = Decision(Policy(Front, FrontLimits), [Allowed(50, 49, 60), Allowed(1, 0, 1)]);
        Assert.Equal(
            [("X-Front-Tier", "1"), ("X-Ok", "yes"), ("X-RateLimit-Limit", "50"), ("X-RateLimit-Remaining", "49"), ("X-RateLimit-Reset", "1767225660")],
            Sorted(Headers(decision)));
    }

    [Fact]
    public void A_denial_by_a_burst_reports_the_main_limit_and_the_wait_of_the_burst()
    {
        var decision = Decision(Policy(Front, FrontLimits), [Allowed(50, 30, 20), Wait(1, 0.7, 0.7)]);
        Assert.Equal(
            [("Retry-After", "1"), ("X-Front-Tier", "1"), ("X-RateLimit-Limit", "50"), ("X-RateLimit-Remaining", "30"), ("X-RateLimit-Reset", "1767225620")],
            Sorted(Headers(decision)));
    }

    [Fact]
    public void The_clock_is_read_only_if_a_header_or_the_body_has_the_time()
    {
        var clock = new LimiterClock(new FakeTime());
        HeaderDefinition time = new("X-Reset", "{reset-epoch-s}");
        ResponsesDefinition[] withTime =
            [new() { Always = [time] }, new() { Allowed = [time] }, new() { Denied = [time] }, new() { DeniedBody = "until {reset-epoch-s}" }];

        Assert.All(withTime, responses => Assert.Equal(Now, new ResponseTemplates(Policy(responses, Limit("a"))).TimeOf(clock)));
        Assert.Equal(Now, new ResponseTemplates(Policy(new(), Limit("a", time))).TimeOf(clock));
        Assert.Equal(default, new ResponseTemplates(Policy(new() { Always = [new("X-Reset", "{reset-s}")] }, Limit("a"))).TimeOf(clock));
    }

    [Fact]
    public void A_limit_that_did_not_apply_adds_no_header()
    {
        var decision = Decision(Policy(Front, FrontLimits), [Allowed(50, 30)]);
        Assert.DoesNotContain("X-Front-Tier", Headers(decision).Keys);
    }

    [Fact]
    public void Retry_after_is_the_longest_of_the_limits_that_refuse()
    {
        var decision = Decision(Policy(Front, FrontLimits), [Wait(50, 12.1), Wait(1, 1)]);
        Assert.Equal("13", Headers(decision)["Retry-After"]);
    }

    [Fact]
    public void Retry_after_is_omitted_if_one_limit_never_allows_the_cost()
    {
        var decision = Decision(Policy(Front, FrontLimits), [Wait(50, 12.1), Never(1, 1)]);
        Assert.DoesNotContain("Retry-After", Headers(decision).Keys);
    }

    [Fact]
    public void Headers_about_a_limit_are_omitted_if_none_is_reported()
    {
        var decision = Decision(Policy(Front with { Report = ["partner"] }, FrontLimits), [Allowed(50, 30)]);
        Assert.Equal([("X-Ok", "yes")], Sorted(Headers(decision)));
    }

    [Fact]
    public void Only_literal_headers_of_a_limit_are_written_if_its_group_is_unavailable()
    {
        var decision = Decision(Policy(Front, FrontLimits), [null, null]);
        Assert.Equal([("X-Front-Tier", "1"), ("X-Ok", "yes")], Sorted(Headers(decision)));
    }

    [Fact]
    public void The_headers_of_a_limit_have_the_values_of_that_limit()
    {
        var burst = Limit("burst", new HeaderDefinition("X-Burst", "{limit-name} {remaining}"));
        var decision = Decision(Policy(Front, Limit("company"), burst), [Allowed(50, 30), Allowed(5, 4)]);
        Assert.Equal("burst 4", Headers(decision)["X-Burst"]);
    }

    [Fact]
    public void Of_two_limits_with_the_same_header_the_first_in_the_policy_sets_it()
    {
        var policy = Policy(
            Front, Limit("company", new HeaderDefinition("X-Tier", "main")), Limit("burst", new HeaderDefinition("x-tier", "burst")));
        Assert.Equal("main", Headers(Decision(policy, [Allowed(50, 30), Allowed(5, 4)]))["X-Tier"]);
    }

    [Fact]
    public void A_body_without_variables_is_ready_as_bytes()
    {
        var templates = new ResponseTemplates(Policy(Front, FrontLimits));
        Assert.Equal("""{"message":"Too Many Requests"}""", Encoding.UTF8.GetString(templates.StaticDeniedBody.Span));
        Assert.Equal("application/json", templates.DeniedContentType);
        Assert.Equal(429, templates.DeniedStatus);
        var decision = Decision(Policy(Front, FrontLimits), [Wait(50, 1)]);
        Assert.Equal("""{"message":"Too Many Requests"}""", templates.DeniedBody(decision, 0, Now));
    }

    [Fact]
    public void A_variable_without_a_value_is_empty_in_a_body()
    {
        var policy = Policy(Front with { DeniedBody = """{"wait":"{retry-after-s}","limit":{limit},"mode":"{mode}"}""" }, FrontLimits);
        var templates = new ResponseTemplates(policy);
        Assert.True(templates.StaticDeniedBody.IsEmpty);
        Assert.Equal(
            """{"wait":"","limit":50,"mode":""}""",
            templates.DeniedBody(Decision(policy, [Never(50, 50)]), 0, Now));
    }

    [Fact]
    public void Without_a_body_there_is_no_content_type()
    {
        var policy = Policy(Front with { DeniedBody = null }, FrontLimits);
        var templates = new ResponseTemplates(policy);
        Assert.Null(templates.DeniedBody(Decision(policy, [Wait(50, 1)]), 0, Now));
        Assert.Null(templates.DeniedContentType);
        Assert.True(templates.StaticDeniedBody.IsEmpty);
    }

    [Fact]
    public void Headers_with_known_numbers_allocate_nothing()
    {
        var decision = Decision(Policy(Front, FrontLimits), [Allowed(50, 30, 20), Allowed(1, 0, 1)]);
        var templates = new ResponseTemplates(decision.Policy.Definition);
        var sink = new Nowhere();
        templates.WriteHeaders(decision, Reporting.Of(decision), Now, ref sink);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            templates.WriteHeaders(decision, Reporting.Of(decision), Now, ref sink);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(101 * 5, sink.Count);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(4095, "4095")]
    [InlineData(4096, "4096")]
    [InlineData(60000, "60000")]
    [InlineData(60000 + 1024, "61024")]
    [InlineData(1_000_000_000, "1000000000")]
    [InlineData(1767225660, "1767225660")]
    public void Numbers_have_the_same_text_whether_cached_or_not(long number, string text)
    {
        Assert.Equal(text, Numbers.Text(number));
        Assert.Equal(text, Numbers.Text(number));
    }

    private static (string, string)[] Sorted(Dictionary<string, string> headers) =>
        [.. headers.OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => (header.Key, header.Value))];

    private struct Nowhere : IHeaderSink
    {
        public int Count { get; private set; }

        public void Set(string name, string value) => Count++;
    }
}
