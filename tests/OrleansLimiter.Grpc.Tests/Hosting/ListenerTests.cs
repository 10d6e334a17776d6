using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using Microsoft.AspNetCore.Hosting;

namespace OrleansLimiter.Grpc.Tests;

public class ListenerTests
{
    [Theory]
    [InlineData("")]
    [InlineData("envoy.service.ratelimit.v3.RateLimitService")]
    public async Task The_service_and_the_host_report_their_health(string service)
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Things);
        HealthCheckResponse health = await new Health.HealthClient(host.Channel).CheckAsync(new() { Service = service });

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
    }

    [Fact]
    public async Task Reflection_lists_the_services()
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Things);
        using AsyncDuplexStreamingCall<ServerReflectionRequest, ServerReflectionResponse> call =
            new ServerReflection.ServerReflectionClient(host.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new() { ListServices = "" });
        await call.RequestStream.CompleteAsync();

        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.Equal(
            ["envoy.service.ratelimit.v3.RateLimitService", "grpc.health.v1.Health"],
            call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name)
                .Where(name => !name.StartsWith("grpc.reflection", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Other_services_and_methods_are_not_implemented()
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Things);
        foreach ((string service, string method) in (ReadOnlySpan<(string, string)>)
            [("envoy.service.ratelimit.v2.RateLimitService", "ShouldRateLimit"), ("envoy.service.ratelimit.v3.RateLimitService", "Other")])
        {
            var unknown = new Method<byte[], byte[]>(
                MethodType.Unary, service, method, Marshallers.Create<byte[]>(b => b, b => b), Marshallers.Create<byte[]>(b => b, b => b));
            CallInvoker invoker = host.Channel.CreateCallInvoker();

            Assert.Equal(StatusCode.Unimplemented, Assert.Throws<RpcException>(() => invoker.BlockingUnaryCall(unknown, null, default, [])).StatusCode);
        }
    }

    [Fact]
    public async Task The_service_is_not_served_on_other_addresses()
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Things);
        foreach (HttpClient address in (HttpClient[])[host.Decisions, host.Admin])
        {
            using var call = new HttpRequestMessage(HttpMethod.Post, "/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit")
            {
                Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = new("application/grpc") } },
            };
            using HttpResponseMessage answer = await address.SendAsync(call);

            Assert.Equal(404, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task Connections_are_encrypted_with_the_certificate_of_the_server()
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest("CN=limiter", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using RlsHost host = await RlsHost.StartAsync(new RlsHostSetup
        {
            Configure = options => options.GrpcUrls = "https://127.0.0.1:0",
            Kestrel = web => web.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate)),
        });

        Assert.Equal("https", host.Grpc.Scheme);
        Assert.Equal(["Ok", "OK account 2 of 3 per Minute, 60 s"], await host.AskAsync("account=a"));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", "grpc-urls: an address is also one of urls or admin-urls; gRPC needs a separate address, because it is HTTP/2 only")]
    [InlineData("http://*:8081", "grpc-urls: an address is also one of urls or admin-urls; gRPC needs a separate address, because it is HTTP/2 only")]
    [InlineData("grpc://127.0.0.1:8082", "grpc-urls: 'grpc://127.0.0.1:8082' is not http or https")]
    public void An_address_of_its_own_is_needed(string urls, string error) =>
        Assert.Equal([error], new LimiterHttpOptionsValidator().Validate(null, new() { GrpcUrls = urls }).Failures!);
}
