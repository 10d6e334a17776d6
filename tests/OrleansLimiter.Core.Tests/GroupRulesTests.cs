namespace OrleansLimiter.Core.Tests;

public class GroupRulesTests
{
    private static readonly Rule Rule = new(Algorithm.FixedWindow, 5, TimeSpan.FromSeconds(60));

    [Fact]
    public void An_operation_has_at_least_one_rule()
    {
        Assert.Throws<ArgumentException>("rules", () => new GroupRules([], new(1, 0)));
        Assert.Throws<ArgumentException>("rules", () => new GroupRules(default, new(1, 0)));
    }

    [Fact]
    public void No_bucket_is_named_twice() => Assert.StartsWith(
        "bucket 'a' is named twice",
        Assert.Throws<ArgumentException>(
            "rules", () => new GroupRules([new("a", Rule), new("b", Rule), new("a", Rule)], new(1, 0))).Message);

    [Fact]
    public void Generations_are_ordered_by_the_policy_and_then_by_the_overrides()
    {
        Generation[] ordered = [new(1, 0), new(1, 1), new(1, uint.MaxValue), new(2, 0)];

        Assert.Equal(ordered, ordered.Reverse().Order());
    }

    [Fact]
    public void Keys_that_differ_in_kind_scope_or_a_part_are_different()
    {
        Account id = new(AccountKind.Id, "192.0.2.1");
        Account ip = new(AccountKind.Ip, "192.0.2.1");
        GroupKey[] keys =
        [
            GroupKey.ForAccount("p", id), GroupKey.ForAccount("q", id), GroupKey.ForAccount("p", ip),
            GroupKey.ForEndpoint("p", id, "", ""), GroupKey.ForEndpoint("p", id, "a", ""), GroupKey.ForEndpoint("p", id, "", "a"),
            GroupKey.ForBurst("p", id, "a", ""), GroupKey.ForBurst("p", id, "", "a"), GroupKey.ForBurst("p", id, "a", "b"),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void A_key_equals_one_that_was_created_with_the_hash_of_its_endpoint()
    {
        Account account = new(AccountKind.Id, "m_1");
        GroupKey key = GroupKey.ForEndpoint("p", account, "charges", "live");
        var same = new GroupKey(Scope.Endpoint, "p", account, "charges", "live", "charges".GetHashCode());

        Assert.Equal((key, key.GetHashCode()), (same, same.GetHashCode()));
    }

    [Fact]
    public void A_new_id_is_never_none() =>
        Assert.DoesNotContain(OperationId.None, Enumerable.Range(0, 10_000).Select(_ => OperationId.New()));

    [Fact]
    public void Accessing_readings_beyond_their_count_is_out_of_range()
    {
        var one = new Readings(default(Reading));
        var two = new Readings([default, default]);

        Assert.Throws<IndexOutOfRangeException>(() => one[1]);
        Assert.Throws<IndexOutOfRangeException>(() => one[-1]);
        Assert.Throws<IndexOutOfRangeException>(() => two[2]);
        Assert.Throws<IndexOutOfRangeException>(() => default(Readings)[0]);
    }
}
