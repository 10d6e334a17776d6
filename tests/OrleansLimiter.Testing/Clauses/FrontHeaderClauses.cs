using System.Globalization;

namespace OrleansLimiter.Testing.Clauses;

/// <summary>Front: the response headers of the limit per minute.</summary>
public abstract class FrontHeaderClauses(ClauseHost host)
{
    private const string Contacts = "GET /contacts";

    private Caller NewCompany() => host.NewCaller("front", "X-Company-Id");

    [Fact]
    public async Task Every_response_has_the_limit_the_remaining_permits_and_the_time_of_the_reset()
    {
        Caller company = NewCompany();
        string reset = EpochSeconds(host.UtcNow + TimeSpan.FromSeconds(60));

        Assert.Equal((200, "50", "49", reset), Shown(await company.SendAsync(Contacts)));
        await host.AdvanceAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((200, "50", "48", reset), Shown(await company.SendAsync(Contacts)));
        Assert.Equal(48, await company.PassAsync(50, Contacts));
        Assert.Equal((429, "50", "0", reset), Shown(await company.SendAsync(Contacts)));

        await host.AdvanceAsync(TimeSpan.FromSeconds(40));
        reset = EpochSeconds(host.UtcNow + TimeSpan.FromSeconds(60));
        Assert.Equal((200, "50", "49", reset), Shown(await company.SendAsync(Contacts)));
    }

    [Fact]
    public async Task A_partner_sees_the_partner_limit()
    {
        Caller partner = NewCompany().With("X-Client", "partner");
        string reset = EpochSeconds(host.UtcNow + TimeSpan.FromSeconds(60));

        Assert.Equal((200, "120", "119", reset), Shown(await partner.SendAsync(Contacts)));
        Assert.Equal((200, "120", "118", reset), Shown(await partner.SendAsync("POST /exports")));
    }

    [Fact]
    public async Task Only_429_has_a_retry_after_with_the_seconds_to_wait()
    {
        Caller company = NewCompany();
        Assert.Null((await company.SendAsync(Contacts))["Retry-After"]);
        Assert.Equal(49, await company.PassAsync(49, Contacts));
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(22_300));

        Answer refused = await company.SendAsync(Contacts);
        Assert.Equal((429, "38", null), (refused.Status, refused["Retry-After"], refused["X-Front-Tier"]));

        await host.AdvanceAsync(TimeSpan.FromSeconds(38));
        Assert.Equal(200, (await company.SendAsync(Contacts)).Status);
    }

    // Rounded up, as every reported time: at that second the limit has been reset.
    private static string EpochSeconds(DateTimeOffset moment) =>
        Math.Ceiling((moment - DateTimeOffset.UnixEpoch) / TimeSpan.FromSeconds(1)).ToString(CultureInfo.InvariantCulture);

    private static (int Status, string? Limit, string? Remaining, string? Reset) Shown(Answer answer) =>
        (answer.Status, answer["X-RateLimit-Limit"], answer["X-RateLimit-Remaining"], answer["X-RateLimit-Reset"]);
}
