using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>Calls of gRPC, which have a status of their own and are always answered with 200.</summary>
public class GrpcTests
{
    private static readonly TestAppSetup s_service = new()
    {
        Policies = [TestPolicies.Routes],
        Protocols = HttpProtocols.Http2,
        Map = app => app.MapPost("/shop.Orders/Get", (HttpContext context) =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.AppendTrailer("grpc-status", "0");
        }),
    };

    [Fact]
    public async Task A_refused_call_has_the_status_resource_exhausted_and_tells_when_to_retry()
    {
        await using TestApp app = await TestApp.StartAsync(s_service);
        using HttpResponseMessage allowed = await CallAsync(app, "a");
        Assert.Equal("0", allowed.TrailingHeaders.GetValues("grpc-status").Single());
        app.Time.Advance(TimeSpan.FromMilliseconds(58_500));

        using HttpResponseMessage refused = await CallAsync(app, "a");

        Assert.Equal(200, (int)refused.StatusCode);
        Assert.Equal("application/grpc", refused.Content.Headers.ContentType?.MediaType);
        Assert.Equal("8", refused.Headers.GetValues("grpc-status").Single());
        Assert.Equal("the limit 'route' of the policy 'routes' is exceeded", refused.Headers.GetValues("grpc-message").Single());
        Assert.Equal("1500", refused.Headers.GetValues("grpc-retry-pushback-ms").Single());
        Assert.Empty(await refused.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task The_details_of_a_refusal_are_a_google_rpc_status_with_retry_info()
    {
        await using TestApp app = await TestApp.StartAsync(s_service);
        await CallAsync(app, "a");
        app.Time.Advance(TimeSpan.FromMilliseconds(58_500));

        using HttpResponseMessage refused = await CallAsync(app, "a");

        string details = refused.Headers.GetValues("grpc-status-details-bin").Single();
        byte[] bytes = Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '='));
        byte[] message = "the limit 'route' of the policy 'routes' is exceeded"u8.ToArray();
        byte[] type = "type.googleapis.com/google.rpc.RetryInfo"u8.ToArray();
        byte[] duration = [0x08, 1, 0x10, 0x80, 0xCA, 0xB5, 0xEE, 0x01]; // 1 s and 500,000,000 ns
        byte[] info = [0x0A, (byte)duration.Length, .. duration];
        byte[] any = [0x0A, (byte)type.Length, .. type, 0x12, (byte)info.Length, .. info];
        Assert.Equal([0x08, 8, 0x12, (byte)message.Length, .. message, 0x1A, (byte)any.Length, .. any], bytes);
    }

    [Fact]
    public async Task An_invalid_call_has_the_status_invalid_argument()
    {
        await using TestApp app = await TestApp.StartAsync(s_service);

        using HttpResponseMessage response = await CallAsync(app, null);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("3", response.Headers.GetValues("grpc-status").Single());
        Assert.Equal(
            "the policy 'routes' finds no account: the header X-Account is missing", response.Headers.GetValues("grpc-message").Single());
        Assert.False(response.Headers.Contains("grpc-retry-pushback-ms"));
    }

    private static Task<HttpResponseMessage> CallAsync(TestApp app, string? account)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/shop.Orders/Get")
        {
            Version = new(2, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        if (account is not null)
        {
            request.Headers.Add("X-Account", account);
        }

        return app.Client.SendAsync(request);
    }
}
