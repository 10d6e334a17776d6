using System.Net;
using System.Text.Json.Nodes;
using OrleansLimiter.Testing;

namespace OrleansLimiter.Http.Tests;

/// <summary>Batches over a slow store.</summary>
public class SlowBatchTests
{
    [Fact]
    public async Task Different_accounts_are_decided_concurrently_and_one_account_in_the_order_of_the_array()
    {
        var groups = new WaitingGroups();
        await using LimiterHost host = await LimiterHost.StartAsync(
            new LimiterHostSetup { Policies = [TestPolicies.Things, TestPolicies.Strict], Groups = groups });
        Task<HttpResponseMessage> asked = host.Decisions.PostAsync("/v1/check/batch", Json.Content(
            """
            [{"policy":"things","account":"a","path":"/x","cost":1},
             {"policy":"things","account":"b","path":"/x","cost":2},
             {"policy":"things","account":"a","path":"/x","cost":3},
             {"policy":"strict","account":"a","path":"/x","cost":4},
             {"policy":"things","account":"a","path":"/x","cost":5}]
            """));

        Assert.Equal((int[])[1, 2, 4], await groups.WaitingAsync(3));
        groups.Answer(2);
        groups.Answer(4);
        groups.Answer(1);
        Assert.Equal((int[])[3], await groups.WaitingAsync(1));
        groups.Answer(3);
        Assert.Equal((int[])[5], await groups.WaitingAsync(1));
        groups.Answer(5);

        using HttpResponseMessage answer = await asked;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        JsonArray decisions = (await Json.ReadAsync(answer)).AsArray();
        Assert.Equal(
            ["things 1", "things 2", "things 3", "strict 4", "things 5"],
            decisions.Select(each => $"{each!["policy"]} {each["limits"]![0]!["limit"]}"));
    }

    /// <summary>A store that replies when the test decides. Calls are identified by their cost, which is the limit of the reply.</summary>
    private sealed class WaitingGroups : FakeBucketStore
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<int, TaskCompletionSource<GroupReply>> _waiting = [];
        private readonly SemaphoreSlim _came = new(0);

        /// <summary>The waiting calls, after a number of further calls have arrived.</summary>
        public async Task<int[]> WaitingAsync(int more)
        {
            for (int i = 0; i < more; i++)
            {
                Assert.True(await _came.WaitAsync(TimeSpan.FromSeconds(30)));
            }

            lock (_gate)
            {
                return [.. _waiting.Keys.Order()];
            }
        }

        public void Answer(int cost)
        {
            lock (_gate)
            {
                _waiting.Remove(cost, out TaskCompletionSource<GroupReply>? answer);
                answer!.SetResult(new(GroupOutcome.Allowed, GroupNotes.None, new(new Reading(cost, 0, default, default, default, default, Verdict.Allowed))));
            }
        }

        protected override ValueTask<GroupReply> ExecuteAsync(GroupRequest request)
        {
            var answer = new TaskCompletionSource<GroupReply>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_gate)
            {
                _waiting.Add(request.Operation.Cost, answer);
            }

            _came.Release();
            return new(answer.Task);
        }
    }
}
