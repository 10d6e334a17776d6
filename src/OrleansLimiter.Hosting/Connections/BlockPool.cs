using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace OrleansLimiter.Hosting;

/// <summary>
/// The buffers of connections: blocks of 4 KiB in slabs of 64. Unlike the pool of Kestrel, it gives memory back as soon as a flood ends: a
/// slab without used blocks is left to the garbage collector, except for a few. Blocks are taken from the slab with the lowest address, and
/// the slab with the highest address is given back, because the heap returns memory that follows its last object.
/// </summary>
/// <param name="keptSlabs">The number of free slabs that are kept.</param>
internal sealed class BlockPool(int keptSlabs = BlockPool.DefaultKeptSlabs) : MemoryPool<byte>
{
    /// <summary>The size of a block, 4 KiB, which Kestrel expects.</summary>
    public const int BlockSize = 4096;

    /// <summary>The number of free slabs that are kept by default: 8, of 256 KiB each.</summary>
    public const int DefaultKeptSlabs = 8;

    private readonly Lock _gate = new();
    private readonly List<BlockSlab> _slabs = []; // by address
    private int _firstFree; // no slab before it has a free block
    private int _freeSlabs;

    public override int MaxBufferSize => BlockSize;

    /// <summary>The number of slabs.</summary>
    public int Slabs
    {
        get
        {
            lock (_gate)
            {
                return _slabs.Count;
            }
        }
    }

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        lock (_gate)
        {
            for (; _firstFree < _slabs.Count; _firstFree++)
            {
                BlockSlab slab = _slabs[_firstFree];
                if (!slab.IsFull)
                {
                    _freeSlabs -= slab.IsFree ? 1 : 0;
                    return slab.Take();
                }
            }

            return Add().Take();
        }
    }

    /// <summary>Returns a block. Has no effect on one that was returned before.</summary>
    public void Return(Block block)
    {
        lock (_gate)
        {
            BlockSlab slab = block.Slab;
            if (!slab.TryReturn(block))
            {
                return;
            }

            _firstFree = Math.Min(_firstFree, slab.Place);
            if (slab.IsFree && ++_freeSlabs > keptSlabs)
            {
                _freeSlabs--;
                int last = _slabs.FindLastIndex(static each => each.IsFree);
                _slabs.RemoveAt(last);
                Number(last);
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
    }

    private BlockSlab Add()
    {
        var slab = new BlockSlab(this);
        int place = _slabs.FindIndex(each => each.Address > slab.Address);
        _firstFree = place < 0 ? _slabs.Count : place;
        _slabs.Insert(_firstFree, slab);
        Number(_firstFree);
        return slab;
    }

    private void Number(int from)
    {
        for (int i = from; i < _slabs.Count; i++)
        {
            _slabs[i].Place = i;
        }
    }
}

/// <summary>One pool for all listeners of a host.</summary>
internal sealed class BlockPoolFactory : IMemoryPoolFactory<byte>
{
    /// <summary>The pool.</summary>
    public BlockPool Pool { get; } = new();

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => Pool;
}
