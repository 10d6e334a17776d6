namespace OrleansLimiter.Testing.Clauses;

/// <summary>Frame V1: the families of endpoints with higher limits.</summary>
public abstract class FrameV1FamilyClauses(ClauseHost host)
{
    private Caller NewMerchant() => host.NewCaller("frame-v1", "X-Merchant-Id");

    [Theory]
    [InlineData("/v1/charge_intents", 3_000)]
    [InlineData("/v1/payment_methods", 3_000)]
    [InlineData("/v1/customers", 800)]
    public async Task All_routes_of_a_family_share_its_higher_limit_in_live(string family, int permits)
    {
        Caller merchant = NewMerchant();
        string[] routes = RoutesOf(family);

        Assert.Equal(permits, await merchant.PassInBatchesAsync(permits + 40, "live", routes));
        Assert.Equal(0, await merchant.PassAsync(routes.Length, routes));
    }

    [Theory]
    [InlineData("/v1/charge_intents")]
    [InlineData("/v1/payment_methods")]
    [InlineData("/v1/customers")]
    public async Task In_sandbox_a_family_has_50_like_all_endpoints(string family)
    {
        Caller merchant = NewMerchant().With("X-Mode", "sandbox");

        Assert.Equal(50, await merchant.PassAsync(60, RoutesOf(family)));
    }

    [Fact]
    public async Task Families_are_counted_separately()
    {
        Caller merchant = NewMerchant();
        await merchant.PassInBatchesAsync(801, "live", "GET /v1/customers");

        Assert.Equal(429, (await merchant.SendAsync("GET /v1/customers")).Status);
        Assert.Equal(200, (await merchant.SendAsync("GET /v1/charge_intents")).Status);
        Assert.Equal(200, (await merchant.SendAsync("GET /v1/payment_methods")).Status);
    }

    [Fact]
    public async Task Customers_export_is_not_in_the_customers_family()
    {
        Caller merchant = NewMerchant();
        Assert.Equal(160, await merchant.PassAsync(170, "GET /v1/customers_export"));
        Assert.Equal(800, await merchant.PassInBatchesAsync(810, "live", "GET /v1/customers"));

        Assert.Equal(160, await NewMerchant().PassAsync(170, "GET /v1/customers_export"));
    }

    [Fact]
    public async Task Another_spelling_of_a_path_is_in_the_same_family()
    {
        Caller merchant = NewMerchant();

        Assert.Equal(800, await merchant.PassInBatchesAsync(
            810, "live", "GET /v1/customers", "GET /V1/Customers/", "GET /v1//customers?page=2", "GET /v1/%63ustomers/cus_1"));
    }

    private static string[] RoutesOf(string family) =>
        [$"GET {family}", $"POST {family}", $"GET {family}/x_1", $"PATCH {family}/x_2", $"POST {family}/x_3/confirm", $"DELETE {family}/x_4"];
}
