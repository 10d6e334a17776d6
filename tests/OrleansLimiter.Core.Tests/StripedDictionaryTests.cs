namespace OrleansLimiter.Core.Tests;

public class StripedDictionaryTests
{
    private readonly StripedDictionary<long, string> _dictionary = new();

    [Fact]
    public void Keys_of_all_parts_are_found_enumerated_and_removed()
    {
        for (long key = 0; key < 10_000; key++)
        {
            Assert.True(_dictionary.TryAdd(key, $"{key}"));
        }

        Assert.Equal(Enumerable.Range(0, 10_000).Select(key => (long)key), _dictionary.Select(pair => pair.Key).Order());
        Assert.All(_dictionary, pair => Assert.Equal($"{pair.Key}", pair.Value));
        Assert.True(_dictionary.TryRemove(5_000, out string? removed));
        Assert.Equal(("5000", false, 9_999), (removed, _dictionary.ContainsKey(5_000), _dictionary.Count()));
    }

    [Fact]
    public void A_key_keeps_its_first_value_until_it_is_set()
    {
        Assert.Equal("a", _dictionary.GetOrAdd(-1, _ => "a"));
        Assert.Equal((false, "a"), (_dictionary.TryAdd(-1, "b"), _dictionary.GetOrAdd(-1, _ => "b")));

        _dictionary[-1] = "c";

        Assert.Equal((true, "c"), (_dictionary.TryGetValue(-1, out string? value), value));
    }

    [Fact]
    public void A_pair_is_removed_only_with_its_value()
    {
        _dictionary[1] = "new";

        Assert.Equal((false, true, false), (
            _dictionary.TryRemove(new(1, "old")), _dictionary.TryRemove(new(1, "new")), _dictionary.TryGetValue(1, out _)));
    }
}
