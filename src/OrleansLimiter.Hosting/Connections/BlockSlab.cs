using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace OrleansLimiter.Hosting;

/// <summary>64 blocks of a <see cref="BlockPool"/> in one array. Used under the lock of the pool.</summary>
internal sealed class BlockSlab
{
    private const int Blocks = 64;

    private readonly Block[] _blocks = new Block[Blocks];
    private ulong _free = ulong.MaxValue; // a bit for each block

    public BlockSlab(BlockPool pool)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(Blocks * BlockPool.BlockSize, pinned: true);
        Address = Marshal.UnsafeAddrOfPinnedArrayElement(bytes, 0);
        for (int i = 0; i < Blocks; i++)
        {
            Memory<byte> memory = MemoryMarshal.CreateFromPinnedArray(bytes, i * BlockPool.BlockSize, BlockPool.BlockSize);
            _blocks[i] = new(pool, this, i, memory);
        }
    }

    /// <summary>The address of its memory.</summary>
    public nint Address { get; }

    /// <summary>Its index in the list of the pool, which sets it.</summary>
    public int Place { get; set; }

    /// <summary>Whether all blocks are used.</summary>
    public bool IsFull => _free == 0;

    /// <summary>Whether no block is used.</summary>
    public bool IsFree => _free == ulong.MaxValue;

    /// <summary>Takes the first free block.</summary>
    public Block Take()
    {
        int index = BitOperations.TrailingZeroCount(_free);
        _free &= _free - 1;
        return _blocks[index];
    }

    /// <summary>Returns a block; false if it is free already.</summary>
    public bool TryReturn(Block block)
    {
        ulong bit = 1UL << block.Index;
        bool isUsed = (_free & bit) == 0;
        _free |= bit;
        return isUsed;
    }
}

/// <summary>A block of a <see cref="BlockPool"/>; disposing returns it.</summary>
internal sealed class Block(BlockPool pool, BlockSlab slab, int index, Memory<byte> memory) : IMemoryOwner<byte>
{
    public BlockSlab Slab => slab;

    public int Index => index;

    public Memory<byte> Memory => memory;

    public void Dispose() => pool.Return(this);
}
