using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using OrleansLimiter.Http;

namespace OrleansLimiter.Hosting.Tests;

public class BlockPoolTests
{
    private readonly BlockPool _pool = new(keptSlabs: 2);

    [Fact]
    public void Blocks_have_4_KiB_and_memory_of_their_own()
    {
        IMemoryOwner<byte>[] blocks = Rent(200);
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i].Memory.Span.Fill((byte)i);
        }

        Assert.All(blocks, block => Assert.Equal(4096, block.Memory.Length));
        Assert.All(Enumerable.Range(0, 200), i => Assert.False(blocks[i].Memory.Span.ContainsAnyExcept((byte)i)));
        Assert.True(MemoryMarshal.TryGetArray<byte>(blocks[0].Memory, out _)); // sockets need arrays
    }

    [Fact]
    public void A_block_that_is_returned_is_the_next_one_again()
    {
        IMemoryOwner<byte>[] blocks = Rent(64);
        blocks[3].Dispose();

        Assert.Same(blocks[3], _pool.Rent());
    }

    [Fact]
    public void Two_free_slabs_are_kept_and_the_others_are_given_back()
    {
        IMemoryOwner<byte>[] blocks = Rent(10 * 64);
        int used = _pool.Slabs;
        Array.ForEach(blocks, block => block.Dispose());

        Assert.Equal((10, 2), (used, _pool.Slabs));
        Rent(3 * 64);
        Assert.Equal(3, _pool.Slabs);
    }

    [Fact]
    public void A_slab_stays_while_one_of_its_blocks_is_used()
    {
        IMemoryOwner<byte>[] blocks = Rent(10 * 64);
        Array.ForEach(blocks[1..^1], block => block.Dispose()); // all but one of two slabs

        Assert.Equal(4, _pool.Slabs);
        Assert.DoesNotContain(Rent(4 * 64), rented => rented == blocks[0] || rented == blocks[^1]);
    }

    [Fact]
    public void The_slabs_with_the_lowest_addresses_are_kept_and_used_first()
    {
        IMemoryOwner<byte>[] blocks = Rent(10 * 64);
        nint[] addresses = [.. blocks.Select(AddressOf).Order()];
        Array.ForEach(blocks, block => block.Dispose());

        Assert.Equal(addresses[..128], Rent(128).Select(AddressOf));

        static nint AddressOf(IMemoryOwner<byte> block)
        {
            Assert.True(MemoryMarshal.TryGetArray(block.Memory, out ArraySegment<byte> bytes));
            return Marshal.UnsafeAddrOfPinnedArrayElement(bytes.Array!, bytes.Offset);
        }
    }

    [Fact]
    public void A_block_that_is_returned_twice_is_rented_once()
    {
        IMemoryOwner<byte>[] blocks = Rent(2);
        blocks[0].Dispose();
        blocks[0].Dispose();

        Assert.Same(blocks[0], _pool.Rent());
        Assert.NotSame(blocks[0], _pool.Rent());
    }

    [Fact]
    public void A_larger_block_is_an_error() => Assert.Throws<ArgumentOutOfRangeException>(() => _pool.Rent(4097));

    [Fact]
    public void Threads_share_a_pool()
    {
        Parallel.For(0, 8, thread =>
        {
            for (int round = 0; round < 200; round++)
            {
                IMemoryOwner<byte>[] blocks = Rent(50);
                Array.ForEach(blocks, block => block.Memory.Span.Fill((byte)thread));
                Assert.All(blocks, block => Assert.False(block.Memory.Span.ContainsAnyExcept((byte)thread)));
                Array.ForEach(blocks, block => block.Dispose());
            }
        });

        Assert.InRange(_pool.Slabs, 1, 2);
    }

    [Fact]
    public async Task The_connections_of_a_host_use_the_pool_and_buffer_64_KiB()
    {
        var settings = new HostSettings { FrontEnd = false };
        settings.Http.AdminUrls = "http://127.0.0.1:0";
        await using WebApplication app = new LimiterHostBuilder(settings).Build(null);
        await app.StartAsync();
        var transport = new SocketTransportOptions();
        InlineSocketCompletions.Configure(transport);

        using var caller = new HttpClient();
        using HttpResponseMessage answer = await caller.GetAsync(
            new Uri(new(app.Services.GetRequiredService<LimiterAddresses>().Administration[0]), "/healthz"));

        Assert.Equal(1, Assert.IsType<BlockPoolFactory>(app.Services.GetRequiredService<IMemoryPoolFactory<byte>>()).Pool.Slabs);
        Assert.Equal((65_536L, 65_536L), (transport.MaxReadBufferSize, transport.MaxWriteBufferSize));
    }

    private IMemoryOwner<byte>[] Rent(int count) => [.. Enumerable.Range(0, count).Select(_ => _pool.Rent())];
}
