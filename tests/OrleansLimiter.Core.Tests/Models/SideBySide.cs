namespace OrleansLimiter.Core.Tests.Models;

/// <summary>Plays a script to a group and to its model, and compares every answer.</summary>
internal sealed class SideBySide(Script script, Instant start)
{
    private readonly GroupModel _model = new();
    private readonly List<(TakeId Id, int Cost)> _takes = [];

    public Group Group { get; } = new();

    public Instant Now { get; private set; } = start;

    public void PlayAll()
    {
        // Looking makes a newer rule known, so a script that changes rules decides by itself when to look.
        bool look = script.Questions.All(question => question.Generation == script.Questions[0].Generation);
        foreach (Step step in script.Steps)
        {
            Play(step);
            foreach (GroupRules question in look ? script.Questions : [])
            {
                Compare(_model.Read(question, 1, Now), Group.Read(question, 1, Now));
            }
        }
    }

    private void Play(Step step)
    {
        switch (step)
        {
            case Step.Advance advance:
                Now += advance.Span;
                break;
            case Step.Take take:
                TakeId id = take.Anonymous ? TakeId.None : new(_takes.Count + 1);
                Take(script.Questions[take.Question], take.Cost, id, take.Hold);
                _takes.Add((id, take.Cost));
                break;
            case Step.Repeat repeat when repeat.Back < _takes.Count:
                (TakeId known, int cost) = _takes[^(repeat.Back + 1)];
                Take(script.Questions[repeat.Question], cost, known, hold: false);
                break;
            case Step.Confirm confirm when confirm.Back < _takes.Count:
                _model.Confirm(_takes[^(confirm.Back + 1)].Id, Now);
                Group.Confirm(_takes[^(confirm.Back + 1)].Id, Now);
                break;
            case Step.Return back when back.Back < _takes.Count:
                _model.Return(_takes[^(back.Back + 1)].Id, Now);
                Group.Return(_takes[^(back.Back + 1)].Id, Now);
                break;
            case Step.Read read:
                Compare(
                    _model.Read(script.Questions[read.Question], read.Cost, Now),
                    Group.Read(script.Questions[read.Question], read.Cost, Now));
                break;
            case Step.Trim:
                _model.Trim(Now);
                Group.Trim(Now);
                break;
        }
    }

    private void Take(GroupRules rules, int cost, TakeId id, bool hold) =>
        Compare(_model.Take(rules, cost, Now, id, hold), Group.Take(rules, cost, Now, id, hold));

    private static void Compare(GroupReply expected, GroupReply actual)
    {
        Assert.Equal((expected.Outcome, expected.Notes), (actual.Outcome, actual.Notes));
        for (int i = 0; i < expected.Readings.Count; i++)
        {
            Assert.Equal(expected.Readings[i], actual.Readings[i]);
        }
    }
}
