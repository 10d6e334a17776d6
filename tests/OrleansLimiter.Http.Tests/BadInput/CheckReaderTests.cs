using System.Buffers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansLimiter.Http.Tests;

/// <summary>The reader never throws, for any input and any buffer boundaries.</summary>
public class CheckReaderTests(BadInputHost shared) : IClassFixture<BadInputHost>
{
    private const string Check =
        """{"policy":"things","account":"a\u00e9","method":"POST","path":"/things/7","mode":"live","ip":"203.0.113.7","attributes":{"plan":"pro","note":"x"},"cost":1,"peek":false}""";

    private static readonly string[] Pieces =
        ["{", "}", "[", "]", "\"", ":", ",", "\\", "\\ud800", "null", "-1", "1e99", "true", "\0", "\u00ff", "cost", "attributes", "\"plan\":", " "];

    private readonly ServedSnapshot _policies = shared.Host.Services.GetRequiredService<ServedPolicies>().Current;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Modified_checks_are_read_or_refused_and_never_throw(int seed)
    {
        var random = new Random(seed);
        for (int run = 0; run < 5_000; run++)
        {
            var text = new StringBuilder(Check);
            for (int change = random.Next(4); change >= 0; change--)
            {
                int at = random.Next(text.Length);
                text.Remove(at, Math.Min(random.Next(4), text.Length - at));
                text.Insert(Math.Min(at, text.Length), random.Next(2) == 0 ? "" : Pieces[random.Next(Pieces.Length)]);
            }

            byte[] body = Encoding.Latin1.GetBytes(text.ToString());

            Problem? whole = CheckReader.One(new(body), _policies, out ResolvedCheck check);
            Problem? split = CheckReader.One(Split(body, random), _policies, out ResolvedCheck same);

            Assert.Equal((whole?.Status, whole?.Detail, whole?.Field), (split?.Status, split?.Detail, split?.Field));
            Assert.Equal(check.Request.Account, same.Request.Account);
            Assert.Equal(check.Request.Endpoint, same.Request.Endpoint);
            Assert.Equal(check.Request.Attributes, same.Request.Attributes);
            Assert.Equal(whole is null, check.Served is not null);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Random_bytes_are_refused_and_never_throw(int seed)
    {
        var random = new Random(seed);
        for (int run = 0; run < 5_000; run++)
        {
            byte[] body = new byte[random.Next(200)];
            random.NextBytes(body);

            Assert.NotNull(CheckReader.One(new(body), _policies, out _));
            Assert.NotNull(CheckReader.Many(new(body), _policies, new()));
        }
    }

    [Fact]
    public void A_check_in_single_bytes_is_the_same_check()
    {
        byte[] body = Encoding.UTF8.GetBytes(Check);

        Problem? problem = CheckReader.One(Segments([.. body.Select(one => new[] { one })]), _policies, out ResolvedCheck check);

        Assert.Null(problem);
        Assert.Equal(new Account(AccountKind.Id, "a\u00e9"), check.Request.Account);
        Assert.Equal("7", check.Request.Endpoint.Resource);
    }

    private static ReadOnlySequence<byte> Split(byte[] body, Random random)
    {
        List<byte[]> parts = [];
        for (int start = 0; start < body.Length;)
        {
            int length = Math.Min(random.Next(1, 40), body.Length - start);
            parts.Add(body[start..(start + length)]);
            start += length;
        }

        return Segments(parts);
    }

    private static ReadOnlySequence<byte> Segments(List<byte[]> parts)
    {
        if (parts.Count == 0)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        var first = new Segment(parts[0], null);
        Segment last = first;
        foreach (byte[] part in parts.Skip(1))
        {
            last = new(part, last);
        }

        return new(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] part, Segment? before)
        {
            Memory = part;
            RunningIndex = before is null ? 0 : before.RunningIndex + before.Memory.Length;
            before?.Next = this;
        }
    }
}
