using FsCheck;
using FsCheck.Fluent;
using OrleansLimiter.Testing.Several;

namespace OrleansLimiter.Decisions.Tests.Several;

/// <summary>Compares the decisions on random requests together with those of a slow model.</summary>
public sealed class SeveralAgainstModelTests
{
    private static readonly Account[] s_accounts = [new(AccountKind.Id, "a"), new(AccountKind.Id, "b")];

    [Fact]
    public void In_process_random_requests_are_decided_as_by_the_model() => Check(store => store);

    [Fact]
    public void On_a_store_that_decides_in_one_step_without_a_fast_path_they_are_decided_as_by_the_model() =>
        Check(store => new SlowerStore(store, joint: true));

    [Fact]
    public void On_a_store_that_cannot_decide_in_one_step_they_are_decided_as_by_the_model() =>
        Check(store => new SlowerStore(store, joint: false));

    private static void Check(Func<IBucketStore, IBucketStore> storeOf) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(400),
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            using var given = new TestLimiter();
            var limiter = new Limiter(storeOf(given.Store), given.Overrides, given.Clock);
            var model = new SeveralModel();
            foreach (LimitCall[] calls in AnyCalls.Script(seed, s_accounts))
            {
                ValueTask<Decision[]> decisions = limiter.CheckAllAsync(calls);
                Assert.True(decisions.IsCompletedSuccessfully);
                SeveralModel.AssertEqual(model.Check(calls), decisions.Result);
            }
        }));

    /// <summary>A store without a fast path.</summary>
    private sealed class SlowerStore(IBucketStore inner, bool joint) : FakeBucketStore, IBucketStore
    {
        public ValueTask<GroupReply[]?> AcquireAllAsync(ReadOnlyMemory<GroupRequest> requests) =>
            joint ? inner.AcquireAllAsync(requests) : default;

        protected override ValueTask<GroupReply> ExecuteAsync(GroupRequest request) => inner.ExecuteAsync(request);
    }
}
