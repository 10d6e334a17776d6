namespace OrleansLimiter.Http.Tests;

/// <summary>Memory is given back after a flood of keys or of requests.</summary>
public class HeapReturnTests
{
    private const long Flood = HeapReturn.Flood;
    private const long Quiet = HeapReturn.Quiet - 1;

    private readonly HeapReturn _heap;
    private long _committed = 100 << 20;
    private long _allocated;
    private int _collections;

    public HeapReturnTests() => _heap = new(() => _collections++);

    [Fact]
    public void Three_collections_follow_the_fall_of_the_memory_when_caches_have_been_trimmed()
    {
        Look(Flood);
        Look(Quiet, HeapReturn.LooksUntilCollection);
        Assert.Equal(0, _collections);

        Look(Quiet);
        Assert.Equal(1, _collections);

        Look(Quiet, HeapReturn.LooksUntilCollection);
        Assert.Equal(2, _collections);

        Look(Quiet, 1_000);
        Assert.Equal(HeapReturn.Collections, _collections);
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

    [Fact]
    public void A_flood_of_requests_is_over_when_little_is_allocated()
    {
        Look(0);
        _committed += Flood;
        Allocate(times: 1_000);
        Look(0, HeapReturn.LooksUntilCollection);
        Assert.Equal(0, _collections);

        Look(0, 1_000);
        Assert.Equal(HeapReturn.Collections, _collections);

        Allocate(times: 1_000);
        Look(0, 1_000);
        Assert.Equal(HeapReturn.Collections, _collections);
    }

    private void Allocate(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _allocated += HeapReturn.QuietAllocations;
            Look(0);
        }
    }

    private void Look(long groups, int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            _heap.Look(groups, _committed, _allocated);
        }
    }
}
