using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;

namespace OrleansLimiter.Silo.Tests;

/// <summary>
/// 20,000 decisions a second over HTTP, or fewer on a busy machine: four senders, each of which sends ten batches a second to accounts of
/// its own. Every request of an account in a batch has another cost, so that a front-end does not repeat refusals, and a silo decides each
/// request.
/// </summary>
internal sealed class PacedLoad(HttpClient decisions)
{
    private const int Senders = 4;
    private const int Rounds = 10;
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(100);

    // What one round of a sender asks for.
    private const int InAccount = 20;
    private const int InEndpoint = 20;
    private const int InBurstAndAccount = 10;

    private int _batches;
    private int _refused;

    /// <summary>The types of the grains of the groups.</summary>
    public static string[] Grains => ["AccountGrain", "EndpointGrain", "BurstGrain"];

    /// <summary>The acquisitions made in groups of each of <see cref="Grains"/>.</summary>
    public int[] Acquired =>
        Array.ConvertAll((int[])[InAccount + InBurstAndAccount, InEndpoint, InBurstAndAccount], each => each * Rounds * _batches);

    /// <summary>The decisions that refused.</summary>
    public int Refused => _refused;

    /// <summary>Sends load of a duration. It takes longer on a machine that is too busy.</summary>
    public Task RunAsync(TimeSpan duration) =>
        Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() => SendAsync(sender, (int)(duration / s_period)))));

    /// <summary>Sends one batch of each sender.</summary>
    public Task RunOnceAsync() => RunAsync(s_period);

    private async Task SendAsync(int sender, int batches)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(Requests(sender));
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < batches; i++)
        {
            TimeSpan early = i * s_period - Stopwatch.GetElapsedTime(began);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early);
            }

            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using HttpResponseMessage response = await decisions.PostAsync("/v1/check/batch", content);
            string answer = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, answer);
            Interlocked.Increment(ref _batches);
            Interlocked.Add(ref _refused, Count(answer, "{\"allowed\":false,\"policy\""));
        }
    }

    private static IEnumerable<object> Requests(int sender)
    {
        for (int round = 0; round < Rounds; round++)
        {
            int cost = 1 + round;
            for (int i = 0; i < InAccount; i++)
            {
                yield return new { policy = "frontline", account = $"a{sender}-{i}", method = "GET", path = "/v1/things", cost };
            }

            for (int i = 0; i < InEndpoint; i++)
            {
                yield return new { policy = "frame-v1", account = $"m{sender}-{i}", method = "GET", path = "/v1/customers/cus_1", cost };
            }

            for (int i = 0; i < InBurstAndAccount; i++)
            {
                yield return new { policy = "front", account = $"c{sender}-{i}", method = "PATCH", path = "/conversations/1", cost };
            }
        }
    }

    private static int Count(string text, string part)
    {
        int count = 0;
        for (int at = 0; (at = text.IndexOf(part, at, StringComparison.Ordinal)) >= 0; at += part.Length)
        {
            count++;
        }

        return count;
    }
}
