using static OrleansLimiter.Decisions.Tests.TestLimiter;

namespace OrleansLimiter.Decisions.Tests;

/// <summary>An exception of a store is an outage for callers, and is reported to the host.</summary>
public sealed class StoreFailureTests : IDisposable
{
    private static readonly Exception Bug = new InvalidOperationException("a bug");

    private readonly TestLimiter _given = new();
    private readonly List<Exception> _reported = [];

    public void Dispose() => _given.Dispose();

    [Fact]
    public Task An_exception_of_a_store_makes_the_group_unavailable() => AssertUnavailableAsync(() => throw Bug);

    [Fact]
    public Task A_faulted_task_of_a_store_makes_the_group_unavailable() => AssertUnavailableAsync(() => ValueTask.FromException<GroupReply>(Bug));

    [Fact]
    public async Task A_task_of_a_store_that_faults_later_makes_the_group_unavailable()
    {
        var answer = new TaskCompletionSource<GroupReply>();
        ValueTask<Decision> asked = Check(() => new(answer.Task));
        SlowBucketStore.RunWithoutContext(() => answer.SetException(Bug));
        Assert.False((await asked).Allowed);
        Assert.Equal([Bug, Bug], _reported);
    }

    [Fact]
    public async Task A_canceled_task_of_a_store_makes_the_group_unavailable()
    {
        ValueTask<Decision> asked = Check(() => ValueTask.FromCanceled<GroupReply>(new(canceled: true)));
        Assert.False((await asked).Allowed);
        Assert.All(_reported, each => Assert.IsType<TaskCanceledException>(each));
    }

    [Fact]
    public async Task An_exception_of_a_store_after_the_deadline_is_reported_and_observed()
    {
        var unobserved = new List<Exception>();
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, args) =>
            unobserved.AddRange(args.Exception.Flatten().InnerExceptions.Where(each => each == Bug || each is TimeoutException));
        TaskScheduler.UnobservedTaskException += note;
        var reported = new TaskCompletionSource();
        CallAndFailLate(reported);
        await reported.Task.WaitAsync(TimeSpan.FromSeconds(30));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        TaskScheduler.UnobservedTaskException -= note;
        Assert.Empty(unobserved);
    }

    // In a separate method, so that nothing of it is reachable when the garbage is collected.
    private void CallAndFailLate(TaskCompletionSource reported)
    {
        var answer = new TaskCompletionSource<GroupReply>();
        var limiter = new Limiter(new ThrowingGroups(() => new(answer.Task)), _given.Overrides, _given.Clock);
        limiter.StoreFailed += exception => reported.TrySetResult();
        ValueTask<Decision> asked = limiter.CheckAsync(Policy(Limit("company", Scope.Account, 5, 60)), Request());
        _given.Advance(200);
        Assert.True(asked.Result.Allowed);
        answer.SetException(Bug);
    }

    private async Task AssertUnavailableAsync(Func<ValueTask<GroupReply>> answer)
    {
        Decision decision = await Check(answer);
        Assert.False(decision.Allowed);
        Assert.Equal(DecisionNotes.FailureDecided, decision.Notes);
        Assert.Equal([Bug, Bug], _reported); // of the acquisition, and of the cancellation
    }

    private ValueTask<Decision> Check(Func<ValueTask<GroupReply>> answer)
    {
        var limiter = new Limiter(new ThrowingGroups(answer), _given.Overrides, _given.Clock);
        limiter.StoreFailed += _reported.Add;
        PolicyDefinition definition = Definition(Limit("company", Scope.Account, 5, 60)) with { OnFailure = OnFailure.Deny };
        return limiter.CheckAsync(new(definition), Request());
    }

    private sealed class ThrowingGroups(Func<ValueTask<GroupReply>> answer) : FakeBucketStore
    {
        protected override ValueTask<GroupReply> ExecuteAsync(GroupRequest request) => answer();
    }
}
