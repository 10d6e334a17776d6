using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Testing;

namespace OrleansLimiter.Http.Tests;

/// <summary>Any body and any headers are decided or refused: never 500, and a request that is refused consumes nothing.</summary>
public sealed class FuzzTests(BadInputHost shared) : IClassFixture<BadInputHost>
{
    private static readonly Corpus s_checks = new("checks");
    private static readonly Corpus s_headers = new("headers");
    private static readonly Arbitrary<int> s_seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

    private LimiterHost Host => shared.Host;

    [Fact]
    public async Task A_check_or_a_batch_is_decided_or_refused()
    {
        foreach (byte[] body in s_checks.Inputs)
        {
            await PostAsync(body);
        }

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Corpus.Runs(700)),
            Prop.ForAll(s_seeds, seed => PostAsync(s_checks.Mutate(seed)).GetAwaiter().GetResult()));
        Assert.Empty(Host.Log.At(LogLevel.Error));
    }

    [Fact]
    public async Task The_headers_of_a_proxy_are_decided_or_refused()
    {
        foreach (byte[] headers in s_headers.Inputs)
        {
            await AuthorizeAsync(headers);
        }

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Corpus.Runs(500)),
            Prop.ForAll(s_seeds, seed => AuthorizeAsync(s_headers.Mutate(seed)).GetAwaiter().GetResult()));
        Assert.Empty(Host.Log.At(LogLevel.Error));
    }

    private async Task PostAsync(byte[] body)
    {
        foreach (string call in (string[])["/v1/check", "/v1/check/batch"])
        {
            long before = Permits();
            using HttpResponseMessage answer = await Host.Decisions.PostAsync(call, new ByteArrayContent(body));
            AssertAnswer((int)answer.StatusCode, before);
            BadInputHost.AssertNoInsides(await answer.Content.ReadAsStringAsync());
        }
    }

    private async Task AuthorizeAsync(byte[] headers)
    {
        long before = Permits();
        string text = Encoding.Latin1.GetString(headers);
        string complete = text.Length == 0 || text.EndsWith("\r\n", StringComparison.Ordinal) ? text : text + "\r\n";
        string answer = await RawHttp.GetAsync(Host.Decisions, "/v1/authorize/things", complete);
        AssertAnswer(answer.Length == 0 ? 400 : RawHttp.Status(answer), before); // two requests in one, the second of which is cut
        BadInputHost.AssertNoInsides(answer);
    }

    private void AssertAnswer(int status, long before)
    {
        Assert.Contains(status, (int[])[200, 400, 404, 405, 413, 415, 429, 431]);
        if (status is not (200 or 429))
        {
            Assert.Equal(before, Permits());
        }
    }

    // The number of living groups, which only an allowed acquisition raises. The clock of the host stands still.
    private long Permits() => ((InProcessBucketStore)Host.Services.GetRequiredService<IBucketStore>()).Living.Count;
}
