using static OrleansLimiter.Decisions.Tests.TestOverrides;

namespace OrleansLimiter.Decisions.Tests;

public class OverrideSequenceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_sequence_equals_a_sorted_list_after_any_changes(int seed)
    {
        var random = new Random(seed);
        var sequence = OverrideSequence.Empty;
        var model = new SortedDictionary<uint, Override>();
        for (uint version = 1; version <= 4_000; version++)
        {
            bool adds = random.Next(100) < (version < 2_500 ? 80 : 20);
            uint removed = (uint)random.Next(1, (int)version + 1);
            sequence = adds ? sequence.Add(model[version] = Raise((int)version) with { Version = version }) : sequence.Remove(removed);
            if (!adds)
            {
                model.Remove(removed);
            }

            Assert.Equal(model.Count, sequence.Length);
            Assert.Equal(model.GetValueOrDefault(removed), sequence.Find(removed));
        }

        Assert.Equal(model.Values, sequence);
        Assert.Equal(model.Values.Last(), sequence.Last);
        foreach (uint after in (uint[])[0, 1, 777, 2_000, 3_999, 4_000, 9_999])
        {
            Assert.Equal(model.Values.Where(entry => entry.Version > after), sequence.After(after));
        }

        Assert.Equal(model.Values, OverrideSequence.Of(model.Values));
    }
}
