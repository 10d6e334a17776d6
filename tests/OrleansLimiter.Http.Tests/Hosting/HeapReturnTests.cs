namespace OrleansLimiter.Http.Tests;

/// <summary>Memory is given back once after a flood of keys.</summary>
public class HeapReturnTests
{
    private const long Flood = HeapReturn.Flood;
    private const long Quiet = HeapReturn.Quiet - 1;

    private readonly HeapReturn _heap;
    private int _collections;

    public HeapReturnTests() => _heap = new(() => _collections++);

    [Fact]
    public void One_collection_follows_the_fall_of_the_memory_when_caches_have_been_trimmed()
    {
        Look(Flood);
        Look(Quiet, HeapReturn.LooksUntilCollection);
        Assert.Equal(0, _collections);

        Look(Quiet);
        Assert.Equal(1, _collections);

        Look(Quiet, 1_000);
        Assert.Equal(1, _collections);
    }

    [Fact]
    public void Without_a_flood_nothing_is_collected()
    {
        Look(Flood - 1, 1_000);
        Look(Quiet, 1_000);

        Assert.Equal(0, _collections);
    }

    [Fact]
    public void A_further_flood_postpones_the_collection()
    {
        Look(Flood);
        Look(Quiet, HeapReturn.LooksUntilCollection);
        Look(Quiet + 1);
        Look(Quiet, HeapReturn.LooksUntilCollection);
        Assert.Equal(0, _collections);

        Look(Quiet);

        Assert.Equal(1, _collections);
    }

    private void Look(long bytes, int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            _heap.Look(bytes);
        }
    }
}
