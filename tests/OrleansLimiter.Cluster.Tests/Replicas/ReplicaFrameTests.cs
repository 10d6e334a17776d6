namespace OrleansLimiter.Cluster.Tests;

public class ReplicaFrameTests
{
    private static readonly byte[] s_name = TestSilos.NameOf("id:acme|p||");

    [Fact]
    public void What_is_written_is_read()
    {
        var frame = new ReplicaFrameWriter();
        frame.Add(new(s_name, [1, 2, 3], TimeSpan.FromMilliseconds(5), TimeSpan.FromDays(30), 7, ReplicaFlags.CountsForAccount));
        frame.Add(new(s_name, [], TimeSpan.Zero, TimeSpan.Zero, 0, ReplicaFlags.Replaces));

        byte[] bytes = frame.Take();

        Assert.Null(ReplicaFrameReader.Check(bytes));
        var reader = new ReplicaFrameReader(bytes);
        Assert.True(reader.TryRead(out ReplicaRecord first));
        Assert.Equal(s_name, first.Group.ToArray());
        Assert.Equal<byte[]>([1, 2, 3], first.State.ToArray());
        Assert.Equal(
            (TimeSpan.FromMilliseconds(5), TimeSpan.FromDays(30), 7, ReplicaFlags.CountsForAccount),
            (first.Age, first.Decay, first.Behind, first.Flags));
        Assert.True(reader.TryRead(out ReplicaRecord second));
        Assert.Equal((0, ReplicaFlags.Replaces), (second.State.Length, second.Flags));
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public void A_frame_of_another_version_is_not_read() => Assert.Equal(
        "its format is version 2; this silo reads version 1", ReplicaFrameReader.Check([2, 0, 0]));

    [Fact]
    public void An_empty_frame_has_no_states_and_a_missing_one_is_an_error()
    {
        Assert.Null(ReplicaFrameReader.Check(new ReplicaFrameWriter().Take()));
        Assert.NotNull(ReplicaFrameReader.Check([]));
    }

    [Fact]
    public void A_frame_that_is_cut_or_damaged_is_refused_or_has_states_but_never_throws()
    {
        var frame = new ReplicaFrameWriter();
        frame.Add(new(s_name, new byte[40], TimeSpan.FromMilliseconds(5), TimeSpan.FromDays(30), 7, ReplicaFlags.CountsForAccount));
        byte[] whole = frame.Take();
        var random = new Random(15);
        for (int length = 2; length < whole.Length; length++)
        {
            Assert.Equal("it is damaged after state 0", ReplicaFrameReader.Check(whole.AsSpan(0, length)));
        }

        for (int i = 0; i < 20_000; i++)
        {
            byte[] damaged = [.. whole];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            ReplicaFrameReader.Check(damaged);
        }
    }
}
