using System.Net;
using System.Text;

namespace OrleansLimiter.Http.Tests;

public class BodySizeTests(BadInputHost shared) : IClassFixture<BadInputHost>
{
    private const int MiB = 1 << 20;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_of_exactly_one_MiB_is_read(bool chunked)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await PostAsync(host, MiB, chunked);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData(MiB + 1, false)]
    [InlineData(MiB + 1, true)]
    [InlineData(20 * MiB, false)]
    [InlineData(20 * MiB, true)]
    public async Task A_longer_body_is_413_with_and_without_a_content_length(int length, bool chunked)
    {
        using HttpResponseMessage answer = await PostAsync(shared.Host, length, chunked);

        await shared.AssertProblemAsync(answer, HttpStatusCode.RequestEntityTooLarge, "", "the body is longer than 1048576 bytes");
    }

    [Fact]
    public async Task A_longer_body_of_an_override_is_413()
    {
        using HttpResponseMessage answer = await shared.Host.Admin.PutAsync(
            "/v1/accounts/a/overrides/things/account", new StringContent(new string(' ', MiB + 1)));

        await shared.AssertProblemAsync(answer, HttpStatusCode.RequestEntityTooLarge, "", "the body is longer than 1048576 bytes");
    }

    private static async Task<HttpResponseMessage> PostAsync(LimiterHost host, int length, bool chunked)
    {
        byte[] check = Encoding.UTF8.GetBytes("""{"account":"a","path":"/x"}""");
        byte[] body = new byte[length];
        body.AsSpan().Fill((byte)' ');
        check.CopyTo(body, length - check.Length);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/check") { Content = new ByteArrayContent(body) };
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.ExpectContinue = length > 2 * MiB; // otherwise the server closes the connection before all is sent
        return await host.Decisions.SendAsync(request);
    }
}
