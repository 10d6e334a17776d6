using FsCheck;
using FsCheck.Fluent;

namespace OrleansLimiter.Decisions.Tests;

/// <summary>The queue abandons exactly the overdue calls, for any order of calls and replies.</summary>
public sealed class DeadlineQueueTests
{
    [Fact]
    public void Exactly_the_calls_without_a_reply_are_abandoned_at_their_deadline()
    {
        Gen<Times> times = from begun in Gen.Choose(0, 300)
                           from wait in Gen.Choose(1, 300)
                           from answered in Gen.Choose(1, 400)
                           select new Times(begun, begun + wait, begun + answered);
        Prop.ForAll(times.ListOf().ToArbitrary(), list => Check([.. list])).QuickCheckThrowOnFailure();
    }

    // The model: each call alone, abandoned at its deadline unless its reply came before.
    private static bool Check(Times[] calls)
    {
        var time = new FakeTime();
        var queue = new DeadlineQueue(time);
        Call[] all = [.. calls.Select(call => new Call(time, call.Due))];
        bool[] answered = new bool[all.Length];
        for (int now = 0; now <= 700; now++)
        {
            for (int i = 0; i < all.Length; i++)
            {
                if (calls[i].Begun == now)
                {
                    queue.Add(all[i]);
                }

                answered[i] |= calls[i].Answered == now && queue.Remove(all[i]);
            }

            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        return time.Timers == 0 && calls.Select(call => call.Answered < call.Due ? -1.0 : call.Due)
            .SequenceEqual(all.Select((call, i) => answered[i] ? -1.0 : call.GivenUpAt));
    }

    private sealed record Times(int Begun, int Due, int Answered);

    private sealed class Call : PendingCall
    {
        private readonly FakeTime _time;

        public Call(FakeTime time, int due)
        {
            _time = time;
            Due = Deadline.In(TimeSpan.FromMilliseconds(due), time).Due;
        }

        public double GivenUpAt { get; private set; } = -1;

        public override void GiveUp() => GivenUpAt = TimeSpan.FromTicks(_time.GetTimestamp()).TotalMilliseconds;
    }
}
