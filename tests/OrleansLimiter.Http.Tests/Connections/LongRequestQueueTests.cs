using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansLimiter.Http.Tests;

public class LongRequestQueueTests
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    private readonly ManualResetEventSlim _end = new();

    [Fact]
    public async Task Turns_of_one_thread_run_one_after_the_other_in_their_order()
    {
        var queue = new LongRequestQueue(1);
        List<int> order = [];
        Task first = await OccupyAsync(queue);

        Task[] turns = [.. Enumerable.Range(1, 100).Select(TurnAsync)];
        _end.Set();
        await Task.WhenAll([first, .. turns]);

        Assert.Equal(Enumerable.Range(1, 100), order); // no lock protects the list

        async Task TurnAsync(int number)
        {
            await queue.TakeTurn();
            order.Add(number);
        }
    }

    [Fact]
    public async Task Requests_that_are_complete_come_first_and_then_those_that_have_received_the_most()
    {
        var queue = new LongRequestQueue(1);
        List<long> order = [];
        Task first = await OccupyAsync(queue);

        Task[] turns = [.. new[] { 20_000, 90_000, long.MaxValue, 50_000 }.Select(TurnAsync)];
        _end.Set();
        await Task.WhenAll([first, .. turns]);

        Assert.Equal([long.MaxValue, 90_000, 50_000, 20_000], order);

        async Task TurnAsync(long received)
        {
            await queue.TakeTurn(received);
            order.Add(received);
        }
    }

    [Fact]
    public async Task A_queue_of_two_threads_runs_two_turns_at_the_same_time()
    {
        var queue = new LongRequestQueue(2);

        Task first = await OccupyAsync(queue);
        Task second = await OccupyAsync(queue); // would not begin otherwise
        _end.Set();

        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task Many_turns_of_several_threads_all_run()
    {
        var queue = new LongRequestQueue(4);
        int turns = 0;

        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                await queue.TakeTurn(i);
                Interlocked.Increment(ref turns);
            }
        })));

        Assert.Equal(64_000, turns);
    }

    [Fact]
    public async Task A_turn_that_ends_with_an_exception_does_not_end_the_queue()
    {
        var queue = new LongRequestQueue(1);

        await Assert.ThrowsAsync<InvalidOperationException>(ThrowAsync);
        await queue.TakeTurn();

        async Task ThrowAsync()
        {
            await queue.TakeTurn();
            throw new InvalidOperationException();
        }
    }

    [Fact]
    public async Task Short_requests_are_answered_while_long_ones_wait()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        LongRequestQueue queue = host.Services.GetRequiredService<LongRequestQueue>();
        Task[] occupied = await Task.WhenAll(Enumerable.Range(0, queue.Max).Select(_ => OccupyAsync(queue)));
        const string Check = """{"policy":"things","account":"a","path":"/x"}""";

        Task<HttpResponseMessage> batch = PostAsync("/v1/check/batch", $"[{string.Join(',', Enumerable.Repeat(Check, 129))}]");
        Task<HttpResponseMessage> body = PostAsync("/v1/check", Check.Replace("\"a\"", "\"b\"") + new string(' ', LongRequestQueue.LongBody));
        using HttpResponseMessage check = await PostAsync("/v1/check", Check);
        using HttpResponseMessage shortBatch = await PostAsync(
            "/v1/check/batch", $"[{string.Join(',', Enumerable.Repeat(Check, 128))}]");
        (bool, bool) before = (batch.IsCompleted, body.IsCompleted);
        _end.Set();
        await Task.WhenAll(occupied);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (check.StatusCode, shortBatch.StatusCode));
        Assert.Equal((false, false), before);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), ((await batch).StatusCode, (await body).StatusCode));

        Task<HttpResponseMessage> PostAsync(string path, string json) => host.Decisions.PostAsync(path, Json.Content(json));
    }

    // A turn that has begun, and ends at the end of the test.
    private async Task<Task> OccupyAsync(LongRequestQueue queue)
    {
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task turn = TurnAsync();
        await began.Task.WaitAsync(MaxWait);
        return turn;

        async Task TurnAsync()
        {
            await queue.TakeTurn();
            began.SetResult();
            Assert.True(_end.Wait(MaxWait));
        }
    }
}
