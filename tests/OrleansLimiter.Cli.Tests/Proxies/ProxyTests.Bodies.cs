using System.Text;

namespace OrleansLimiter.Cli.Tests;

/// <summary>Requests with bodies, and responses of the API, pass through the proxy unchanged.</summary>
public abstract partial class ProxyTests<TKind>
{
    [Theory]
    [InlineData("POST", 11)]
    [InlineData("PUT", 200_000)]
    [InlineData("PATCH", 900_000)]
    [InlineData("GET", 11)]
    public async Task A_body_reaches_the_api(string method, int length)
    {
        string body = new('b', length);
        ProxyResponse response = await scene.Caller.SendAsync(method, "/contacts", new StringContent(body));

        SeenRequest seen = scene.Api.Take().Single();
        Assert.Equal((200, method, body), (response.Status, seen.Method, seen.Body));
    }

    [Fact]
    public async Task A_body_of_unknown_length_reaches_the_api()
    {
        var body = new MemoryStream(Encoding.UTF8.GetBytes(new string('c', 100_000)));
        ProxyResponse response = await scene.Caller.SendAsync("POST", "/contacts", new StreamContent(new OneWayStream(body)));

        Assert.Equal((200, 100_000), (response.Status, scene.Api.Take().Single().Body.Length));
    }

    [Theory]
    [InlineData(204)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_status_of_the_api_reaches_the_caller(int status)
    {
        ProxyResponse response = await scene.Caller.SendAsync("POST", $"/contacts?status={status}");

        Assert.Equal((status, "49"), (response.Status, response.Remaining));
        Assert.Single(scene.Api.Take());
    }

    // A body whose length HttpClient cannot know, so that it is sent in chunks.
    private sealed class OneWayStream(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
