using System.Net.Http.Json;

namespace OrleansLimiter.Testing.Clauses;

/// <summary>Frame V1: limits of single merchants, changed at run time.</summary>
public abstract class FrameV1OverrideClauses(ClauseHost host)
{
    private const string Refunds = "GET /v1/refunds";

    // A change is in force everywhere within a second, and no front-end caches a refusal for longer.
    private static readonly TimeSpan InForce = TimeSpan.FromSeconds(1);

    private Caller NewMerchant() => host.NewCaller("frame-v1", "X-Merchant-Id");

    [Fact]
    public async Task A_merchant_whose_limit_is_raised_at_run_time_is_allowed_immediately_and_keeps_its_usage()
    {
        Caller merchant = NewMerchant();
        Assert.Equal(160, await merchant.PassAsync(170, Refunds));

        await PutAsync(merchant, new { permits = 200, when = new { mode = "live", endpoint = "other" }, note = "spring sale" });

        Assert.Equal(40, await merchant.PassAsync(50, Refunds));
    }

    [Fact]
    public async Task An_override_applies_to_one_merchant_and_to_the_requests_of_its_condition()
    {
        Caller merchant = NewMerchant();
        await PutAsync(merchant, new { permits = 6_000, when = new { mode = "live", endpoint = "charge_intents" } });

        Assert.Equal(6_000, (await merchant.CheckAsync("POST /v1/charge_intents")).Limits[0].Limit);
        Assert.Equal(3_000, (await merchant.CheckAsync("POST /v1/payment_methods")).Limits[0].Limit);
        Assert.Equal(50, (await merchant.CheckAsync("POST /v1/charge_intents", mode: "sandbox")).Limits[0].Limit);
        Assert.Equal(3_000, (await NewMerchant().CheckAsync("POST /v1/charge_intents")).Limits[0].Limit);
    }

    [Fact]
    public async Task A_factor_raises_every_case_of_the_limit()
    {
        Caller merchant = NewMerchant();
        await PutAsync(merchant, new { multiply = 2 });

        Assert.Equal(320, (await merchant.CheckAsync(Refunds)).Limits[0].Limit);
        Assert.Equal(100, (await merchant.CheckAsync(Refunds, mode: "sandbox")).Limits[0].Limit);
        Assert.Equal(1_600, (await merchant.CheckAsync("GET /v1/customers")).Limits[0].Limit);
    }

    [Fact]
    public async Task Removing_an_override_restores_the_published_limit()
    {
        Caller merchant = NewMerchant();
        await PutAsync(merchant, new { permits = 500 });
        Assert.Equal(300, await merchant.PassAsync(300, Refunds));

        using HttpResponseMessage removed = await host.Administration.DeleteAsync(AddressOf(merchant));
        Assert.Equal(200, (int)removed.StatusCode);
        await host.AdvanceAsync(InForce);

        CheckResult refused = await merchant.CheckAsync(Refunds);
        Assert.Equal((false, 160, 0), (refused.Allowed, refused.Limits[0].Limit, refused.Limits[0].Remaining));
    }

    [Fact]
    public async Task An_override_of_zero_permits_blocks_without_a_retry_after()
    {
        Caller merchant = NewMerchant();
        await PutAsync(merchant, new { permits = 0, note = "stolen key" });

        Answer refused = await merchant.SendAsync(Refunds);

        Assert.Equal((429, null), (refused.Status, refused["Retry-After"]));
    }

    private async Task PutAsync(Caller merchant, object change)
    {
        using HttpResponseMessage response = await host.Administration.PutAsJsonAsync(AddressOf(merchant), change);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        await host.AdvanceAsync(InForce);
    }

    private static string AddressOf(Caller merchant) => $"/v1/accounts/{merchant.Account}/overrides/frame-v1/endpoint";
}
