namespace OrleansLimiter.Testing.Clauses;

/// <summary>Front: the limit per minute of a company by its plan, and the separate limit of its partners.</summary>
public abstract class FrontPlanClauses(ClauseHost host)
{
    private const string Contacts = "GET /contacts";

    private Caller NewCompany() => host.NewCaller("front", "X-Company-Id");

    [Theory]
    [InlineData("starter", 50)]
    [InlineData("prime", 100)]
    [InlineData("enterprise", 200)]
    public async Task A_company_has_50_a_minute_with_prime_100_and_with_enterprise_200(string plan, int permits)
    {
        Caller company = NewCompany().With("X-Plan", plan);

        Assert.Equal(permits, await company.PassAsync(permits + 10, Contacts, "GET /conversations/cnv_1", "POST /tags"));
        Assert.Equal(429, (await company.SendAsync(Contacts)).Status);
    }

    [Fact]
    public async Task A_company_without_a_plan_has_the_default_50()
    {
        Assert.Equal(50, await NewCompany().PassAsync(60, Contacts));
    }

    [Fact]
    public async Task Another_company_has_a_separate_limit()
    {
        await NewCompany().PassAsync(51, Contacts);

        Assert.Equal(50, await NewCompany().PassAsync(60, Contacts));
    }

    [Fact]
    public async Task The_whole_limit_is_available_again_exactly_a_minute_after_the_first_request()
    {
        Caller company = NewCompany();
        Assert.Equal(1, await company.PassAsync(1, Contacts));
        await host.AdvanceAsync(TimeSpan.FromSeconds(50));
        Assert.Equal(49, await company.PassAsync(60, Contacts));

        await host.AdvanceAsync(TimeSpan.FromMilliseconds(9_999));
        Assert.Equal(0, await company.PassAsync(60, Contacts));
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        Assert.Equal(50, await company.PassAsync(60, Contacts));
    }

    [Theory]
    [InlineData("starter")]
    [InlineData("enterprise")]
    public async Task Partner_integrations_have_120_a_minute_in_each_company_with_any_plan(string plan)
    {
        Caller partner = NewCompany().With("X-Plan", plan).With("X-Client", "partner");

        Assert.Equal(120, await partner.PassAsync(130, Contacts));
        Assert.Equal(120, await NewCompany().With("X-Client", "partner").PassAsync(130, Contacts));
    }

    [Fact]
    public async Task Partner_integrations_and_the_company_are_counted_separately()
    {
        Caller company = NewCompany();
        Caller partner = company.With("X-Client", "partner");
        Assert.Equal(120, await partner.PassAsync(130, Contacts));
        Assert.Equal(50, await company.PassAsync(60, Contacts));

        await host.AdvanceAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(50, await company.PassAsync(60, Contacts));
        Assert.Equal(120, await partner.PassAsync(130, Contacts));
    }

    [Fact]
    public async Task Zapier_counts_as_the_company_itself()
    {
        Caller company = NewCompany();
        Assert.Equal(30, await company.With("X-Client", "zapier").PassAsync(30, Contacts));

        Assert.Equal(20, await company.PassAsync(30, Contacts));
        Assert.Equal(429, (await company.With("X-Client", "zapier").SendAsync(Contacts)).Status);
    }

    [Fact]
    public async Task A_check_uses_the_plan_of_its_JSON()
    {
        CheckResult answer = await NewCompany().CheckAsync(Contacts, attributes: new() { ["plan"] = "prime" });

        Assert.Equal((true, "front", "company"), (answer.Allowed, answer.Policy, answer.Reported));
        Assert.Equal([new("company", "account", true, 100, 99, 60_000, 60_000, 60_000, null)], answer.Limits);
    }
}
