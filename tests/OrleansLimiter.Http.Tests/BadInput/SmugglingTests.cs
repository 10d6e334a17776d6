namespace OrleansLimiter.Http.Tests;

/// <summary>
/// Requests whose end a proxy could see at another place than the limiter. What the proxy takes for the body of one request must never be
/// decided as a second request.
/// </summary>
public sealed class SmugglingTests(BadInputHost shared) : IClassFixture<BadInputHost>
{
    private const string Post = "POST /v1/check HTTP/1.1\r\nHost: x\r\n";

    private const string Hidden =
        "GET /v1/authorize/things HTTP/1.1\r\nHost: x\r\nX-Account: hidden\r\nX-Forwarded-Method: GET\r\nX-Forwarded-Uri: /x\r\nConnection: close\r\n\r\n";

    public static TheoryData<string> Framings =>
    [
        // Two lengths, of which a proxy uses the other one.
        $"Content-Length: 0\r\nContent-Length: {Hidden.Length}\r\n\r\n",
        $"Content-Length: {Hidden.Length}\r\nContent-Length: 0\r\n\r\n",
        $"Content-Length: 0, {Hidden.Length}\r\n\r\n",

        // Lengths that are not numbers to all readers. (Kestrel accepts +0.)
        "Content-Length: 0x0\r\n\r\n",
        "Content-Length: 0;\r\n\r\n",
        "Content-Length: 18446744073709551616\r\n\r\n",

        // A transfer coding that only one of both recognizes.
        "Transfer-Encoding: xchunked\r\n\r\n",
        "Transfer-Encoding: chunked, identity\r\n\r\n",
        "Transfer-Encoding: identity\r\n\r\n",
        "Transfer-Encoding: \"chunked\"\r\n\r\n",
        "Transfer-Encoding: chunked;q=1\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n",
        "Transfer-Encoding\r\n : chunked\r\n\r\n",
        "X: y\r\n Transfer-Encoding: chunked\r\n\r\n",
        "X: y\nTransfer-Encoding: xchunked\r\n\r\n",
        "X: y\rTransfer-Encoding: chunked\r\n\r\n",

        // Chunks that are shorter or longer to others.
        "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n2\r\n{}X0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n0\r\nX-Trailer\r\n\r\n",
    ];

    [Theory]
    [MemberData(nameof(Framings))]
    public async Task A_request_without_a_clear_end_is_refused_and_nothing_after_it_is_decided(string framing)
    {
        string answer = await RawHttp.SendAsync(shared.Host.Decisions, Post + framing + Hidden);

        Assert.InRange(RawHttp.Status(answer), 400, 501);
        Assert.Equal(1, Count(answer));
        await shared.AssertUntouchedAsync();
    }

    // RFC 9112, section 6.3: the transfer coding overrides the length, and the connection ends after the answer.
    [Fact]
    public async Task A_request_with_a_length_and_chunks_is_the_last_one_of_its_connection()
    {
        string answer = await RawHttp.SendAsync(
            shared.Host.Decisions, $"{Post}Content-Length: {Hidden.Length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Hidden}");

        Assert.Equal(1, Count(answer));
        await shared.AssertUntouchedAsync();
    }

    private static int Count(string answer) => answer.Split("HTTP/1.1 ").Length - 1;
}
