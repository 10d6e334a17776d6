namespace OrleansLimiter.Samples.Tests;

public class OrleansAppTests
{
    [Fact]
    public async Task The_app_counts_in_its_own_silo_beside_a_grain_of_its_own()
    {
        int[] ports = Sample.FreePorts(3);
        await using Sample sample = Sample.Program(
            "OrleansApp", ("Urls", $"http://127.0.0.1:{ports[0]}"),
            ("Orleans__Endpoints__SiloPort", $"{ports[1]}"), ("Orleans__Endpoints__GatewayPort", $"{ports[2]}"),
            Sample.Patient);
        using HttpClient client = await sample.ClientAsync();
        await LimitedResponse.UntilReadyAsync(client);

        Assert.Equal(new(200, "2", "1", "1 items\n"), await AddAsync(client, "7"));
        Assert.Equal(new(200, "2", "0", "2 items\n"), await AddAsync(client, "7"));
        Assert.Equal(new(429, "2", "0", "the limit cart is exceeded\n"), await AddAsync(client, "7"));
        Assert.Equal(new(200, "2", "1", "1 items\n"), await AddAsync(client, "8"));
        Assert.Equal(0, await sample.StopAsync());
    }

    private static Task<LimitedResponse> AddAsync(HttpClient client, string cart) =>
        LimitedResponse.SendAsync(client, "POST", $"/carts/{cart}/items", ("X-User-Id", "ada"));
}
