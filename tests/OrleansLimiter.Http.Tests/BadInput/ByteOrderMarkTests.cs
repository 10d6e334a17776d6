using System.Buffers;
using System.Net;
using System.Text;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http.Tests;

/// <summary>A byte order mark before JSON is ignored, wherever a body is read.</summary>
public class ByteOrderMarkTests(BadInputHost shared) : IClassFixture<BadInputHost>
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    [Theory]
    [InlineData("/v1/check", """{"account":"marked","path":"/x","peek":true}""")]
    [InlineData("/v1/check/batch", """[{"account":"marked","path":"/x","peek":true}]""")]
    public async Task A_check_is_decided(string path, string body)
    {
        using HttpResponseMessage answer = await shared.Host.Decisions.PostAsync(path, Marked(body));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("\"remaining\":3,", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_override_is_set()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await host.Admin.PutAsync(
            "/v1/accounts/a/overrides/things/account", Marked("""{"permits":5,"note":"a","by":"b"}"""));

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(9)]
    public void A_byte_order_mark_is_found_with_any_buffer_boundary(int piece)
    {
        byte[] body = [.. Mark, .. "[1,2]"u8];

        Assert.Equal("[1,2]"u8, BodyReader.AfterByteOrderMark(Pieces(body, piece)).ToArray());
        Assert.Equal(body[1..], BodyReader.AfterByteOrderMark(Pieces(body[1..], piece)).ToArray());
        Assert.Equal(body[..2], BodyReader.AfterByteOrderMark(Pieces(body[..2], piece)).ToArray());
        Assert.Equal([], BodyReader.AfterByteOrderMark(Pieces(Mark, piece)).ToArray());
    }

    private static ByteArrayContent Marked(string body) =>
        new([.. Mark, .. Encoding.UTF8.GetBytes(body)]) { Headers = { ContentType = new("application/json") } };

    private static ReadOnlySequence<byte> Pieces(byte[] body, int length)
    {
        byte[][] pieces = [.. body.Chunk(length)];
        var first = new Piece(pieces[0], 0);
        Piece last = pieces.Skip(1).Aggregate(first, (before, next) => before.Then(next));
        return new(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, long index) => (Memory, RunningIndex) = (bytes, index);

        public Piece Then(byte[] bytes)
        {
            var next = new Piece(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
