namespace OrleansLimiter.Testing.Contracts;

// Groups of several requests that are decided together: more than one request has, and several of one scope.
public abstract partial class BucketStoreContract
{
    private static readonly GroupRules s_ten = Rules(Algorithm.FixedWindow, permits: 10, seconds: 3600);

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(16)]
    public async Task Many_groups_of_one_scope_acquire_in_one_step_whether_they_are_new_or_not(int count)
    {
        GroupRequest[] asked = await ManyAsync(count);

        Assert.Equal(Enumerable.Repeat(9, count), Remaining(await AcquireAllAsync(asked)));
        Assert.Equal(Enumerable.Repeat(8, count), Remaining(await AcquireAllAsync(asked)));
        await AssertRemainAsync(asked, [.. Enumerable.Repeat(8, count)]);
    }

    [Fact]
    public async Task One_of_many_groups_that_refuses_makes_all_acquire_nothing()
    {
        GroupRequest[] asked = await ManyAsync(5);
        await Groups.AcquireAsync(asked[3].Key, s_ten, 10);

        GroupReply[] replies = await AcquireAllAsync(asked);

        Assert.Equal([3], Enumerable.Range(0, 5).Where(i => replies[i].Outcome == GroupOutcome.Refused));
        await AssertRemainAsync(asked, 10, 10, 10, 0, 10);
        await AcquireAllAsync([.. asked.Where((_, i) => i != 3)]);
        await AssertRemainAsync(asked, 9, 9, 9, 0, 9);
    }

    [Fact]
    public async Task Many_groups_with_one_id_count_once_and_are_canceled()
    {
        var id = OperationId.New();
        GroupRequest[] asked = [.. (await ManyAsync(4)).Select(each => each with { Operation = each.Operation with { Id = id } })];
        await AcquireAllAsync(asked);
        await AcquireAllAsync(asked);
        await AssertRemainAsync(asked, 9, 9, 9, 9);

        foreach (GroupRequest each in asked)
        {
            await Groups.CancelAsync(each.Key, s_ten, 1, id);
        }

        await AssertRemainAsync(asked, 10, 10, 10, 10);
    }

    [Fact]
    public async Task Concurrent_acquisitions_in_overlapping_sets_of_groups_get_exactly_the_permits()
    {
        GroupRequest[] all = await ManyAsync(6, permits: 100);
        await AcquireAllAsync(all);
        int[] given = [1, 1, 1, 1, 1, 1];

        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => Task.Run(async () =>
        {
            int[] places = [.. Enumerable.Range(0, 6).Where(place => (number >> place & 1) != 0)];
            if (places.Length < 2)
            {
                return;
            }

            GroupReply[] replies = await AcquireAllAsync([.. places.Select(place => all[place])]);
            if (replies.All(reply => reply.Outcome == GroupOutcome.Allowed))
            {
                Array.ForEach(places, place => Interlocked.Increment(ref given[place]));
            }
        })));

        await AssertRemainAsync(all, [.. given.Select(each => 100 - each)]);
    }

    // In the order of their keys.
    private async Task<GroupRequest[]> ManyAsync(int count, int permits = 10)
    {
        await ThreeAsync(Algorithm.FixedWindow, 1, 1, 1, 1);
        GroupRules rules = permits == 10 ? s_ten : Rules(Algorithm.FixedWindow, permits, seconds: 3600);
        return
        [
            .. Enumerable.Range(0, count).Select(number => new GroupRequest(
                GroupKey.ForEndpoint("contract", Account, $"{number:00}", "live"), BucketOperation.Acquire(rules, 1))),
        ];
    }
}
