using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace OrleansLimiter.Http.Tests;

public class SlowBodyTests
{
    private readonly Pipe _pipe = new(new(readerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
    private readonly ConnectionActivity _activity = new() { BodyTimeout = 10_000 };
    private readonly BufferBudget _budget = new(Options.Create(new LimiterHttpOptions { MaxBufferedBytes = 100_000 }));
    private readonly DefaultHttpContext _context = new();

    public SlowBodyTests()
    {
        _context.Features.Set<IRequestBodyPipeFeature>(new Body(_pipe.Reader));
        _context.Features.Set(new ConnectionOrigin(Listeners.Decisions, new IPEndPoint(IPAddress.Loopback, 1), _activity));
    }

    [Fact]
    public async Task A_body_that_has_arrived_needs_no_deadline_and_no_reservation()
    {
        await _pipe.Writer.WriteAsync(new byte[50_000]);
        await _pipe.Writer.CompleteAsync();

        RequestBody body = await Reader().ReadAsync(_context);

        Assert.Equal((50_000L, 0L, 0L), (body.Content.Length, body.Reserved, _activity.BodySince));
    }

    [Fact]
    public async Task A_short_body_that_is_incomplete_needs_no_reservation()
    {
        await _pipe.Writer.WriteAsync(new byte[BufferBudget.FreeBytes]);

        ValueTask<RequestBody> reading = Reader().ReadAsync(_context);

        Assert.Equal((false, 0L), (reading.IsCompleted, _budget.Reserved));
    }

    [Fact]
    public async Task A_long_body_is_reserved_while_it_arrives_and_until_it_is_parsed()
    {
        await _pipe.Writer.WriteAsync(new byte[10_000]);
        ValueTask<RequestBody> reading = Reader().ReadAsync(_context);
        long reserved = _budget.Reserved;
        await _pipe.Writer.WriteAsync(new byte[1_000]);
        await _pipe.Writer.CompleteAsync();

        RequestBody body = await reading;
        (long Length, long Reserved) read = (body.Content.Length, _budget.Reserved);
        body.Release(_context, _budget);

        Assert.Equal((10_000L, (11_000L, 11_000L), 0L), (reserved, read, _budget.Reserved));
    }

    [Fact]
    public async Task A_body_beyond_the_total_is_refused_and_its_memory_is_free()
    {
        Assert.True(_budget.TryReserve(95_000));
        await _pipe.Writer.WriteAsync(new byte[5_001]);

        RequestBody body = await Reader().ReadAsync(_context);

        Assert.Equal((503, "1", 95_000L), (body.Problem!.Status, body.Problem.RetryAfter, _budget.Reserved));
        Assert.False(_pipe.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_caller_that_closes_the_connection_frees_its_reservation()
    {
        await _pipe.Writer.WriteAsync(new byte[10_000]);
        ValueTask<RequestBody> reading = Reader().ReadAsync(_context);
        await _pipe.Writer.CompleteAsync(new ConnectionResetException("reset"));

        await Assert.ThrowsAsync<ConnectionResetException>(async () => await reading);

        Assert.Equal((0L, 0L), (_budget.Reserved, _activity.BodySince));
    }

    [Fact]
    public async Task A_body_that_is_incomplete_after_the_timeout_is_refused()
    {
        long began = Environment.TickCount64 - 1_000_000;
        await _pipe.Writer.WriteAsync(new byte[10_000]);
        ValueTask<RequestBody> reading = Reader().ReadAsync(_context);
        _activity.BeginBody(_pipe.Reader, began); // as if it had begun long ago

        _activity.CheckDeadline(began + 9_999);
        bool before = reading.IsCompleted;
        _activity.CheckDeadline(began + 10_000);
        RequestBody body = await reading;

        Assert.Equal((false, 408, "the body arrives too slowly"), (before, body.Problem!.Status, body.Problem.Detail));
        Assert.Equal(("close", 0L), (_context.Response.Headers.Connection.ToString(), _budget.Reserved));
    }

    [Fact]
    public async Task The_deadline_of_a_body_does_not_disturb_the_next_request()
    {
        ValueTask<RequestBody> reading = Reader().ReadAsync(_context);
        await _pipe.Writer.CompleteAsync();
        await reading;

        _activity.CheckDeadline(long.MaxValue);

        Assert.Equal(0L, _activity.BodySince);
    }

    [Fact]
    public async Task A_connection_counts_as_idle_while_its_long_request_waits_and_has_no_deadline()
    {
        var queue = new LongRequestQueue(1);
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var end = new ManualResetEventSlim();
        Task occupied = OccupyAsync();
        await began.Task;
        await _pipe.Writer.WriteAsync(new byte[LongRequestQueue.LongBody + 1]);
        await _pipe.Writer.CompleteAsync();

        ValueTask<RequestBody> reading = new BodyReader(_budget, queue).ReadAsync(_context);
        bool isIdle = _activity.BodySince > 0;
        _activity.CheckDeadline(long.MaxValue);
        end.Set();
        RequestBody body = await reading;
        await occupied;

        Assert.Equal((true, null, LongRequestQueue.LongBody + 1L, 0L), (isIdle, body.Problem, body.Content.Length, _activity.BodySince));

        async Task OccupyAsync()
        {
            await queue.TakeTurn();
            began.SetResult();
            end.Wait();
        }
    }

    private BodyReader Reader() => new(_budget, new());

    private sealed class Body(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }
}
