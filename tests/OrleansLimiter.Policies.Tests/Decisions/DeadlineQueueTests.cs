using FsCheck;
using FsCheck.Fluent;
using OrleansLimiter.Policies.Decisions;

namespace OrleansLimiter.Policies.Tests.Decisions;

/// <summary>The queue gives up what is overdue when it is, and nothing else, whatever comes and goes.</summary>
public sealed class DeadlineQueueTests
{
    [Fact]
    public void What_was_not_answered_in_time_is_given_up_at_its_deadline_and_nothing_else_is()
    {
        Gen<(int Due, int Answered)> calls = from due in Gen.Choose(0, 300) from answered in Gen.Choose(0, 400) select (due, answered);
        Prop.ForAll(calls.ListOf().ToArbitrary(), list => Check([.. list])).QuickCheckThrowOnFailure();
    }

    // The model: each call alone, given up at its deadline unless it was answered before.
    private static bool Check((int Due, int Answered)[] calls)
    {
        var time = new FakeTime();
        var queue = new DeadlineQueue(time);
        Call[] all = [.. calls.Select(call => new Call(time, call.Due))];
        Array.ForEach(all, queue.Add);
        bool[] answered = new bool[all.Length];
        for (int now = 0; now <= 400; now++)
        {
            for (int i = 0; i < all.Length; i++)
            {
                answered[i] |= calls[i].Answered == now && queue.Remove(all[i]);
            }

            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        // The clock stands at 0 until the first answers are in.
        IEnumerable<double> expected = calls.Select(call => call.Answered < Math.Max(call.Due, 1) ? -1.0 : call.Due);
        return time.Timers == 0 && expected.SequenceEqual(all.Select((call, i) => answered[i] ? -1.0 : call.GivenUpAt));
    }

    private sealed class Call : TimedCall
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
