using System.Text;
using static OrleansLimiter.Decisions.Tests.TestDecisions;

namespace OrleansLimiter.Decisions.Tests;

public class ProblemBodiesTests
{
    private static readonly PolicyDefinition Shop =
        Policy(new() { DeniedProblem = ProblemFormat.Draft10 }, Limit("account"), Limit("burst"), Limit("day"));

    private static readonly PolicyDefinition Local = Shop with { OnFailure = new(OnFailureKind.Local, 0.5m) };

    [Fact]
    public void A_refusal_by_limits_is_an_exceeded_quota_with_their_names()
    {
        Expect("quota-exceeded", "Quota Exceeded", "\"burst\"", Decision(Shop, [Allowed(100, 9), Wait(100, 1), Allowed(100, 7)]));
        Expect("quota-exceeded", "Quota Exceeded", "\"account\",\"day\"", Decision(Shop, [Wait(100, 1), Allowed(100, 9), Never(100, 9)]));
        Expect("quota-exceeded", "Quota Exceeded", "\"account\",\"burst\",\"day\"", Decision(Shop, [Wait(100, 1), Wait(100, 1), Wait(100, 1)]));
    }

    [Fact]
    public void A_refusal_by_a_known_limit_is_an_exceeded_quota_although_another_limit_is_not_known() => Expect(
        "quota-exceeded", "Quota Exceeded", "\"burst\"",
        Decision(Shop, [null, Wait(100, 1), null], notes: DecisionNotes.FailureDecided));

    [Theory]
    [InlineData(DecisionNotes.FailureDecided)]
    [InlineData(DecisionNotes.FailureDecided | DecisionNotes.TooManyGroups)]
    [InlineData(DecisionNotes.Contended)]
    public void A_refusal_without_a_limit_that_refuses_is_a_reduced_capacity(DecisionNotes notes) => Expect(
        "temporary-reduced-capacity", "Temporary Reduced Capacity", "",
        Decision(Shop, [null, Allowed(100, 9), null], notes: notes));

    [Fact]
    public void A_refusal_by_a_share_of_a_limit_is_a_reduced_capacity()
    {
        Expect(
            "temporary-reduced-capacity", "Temporary Reduced Capacity", "\"account\"",
            Decision(Local, [Wait(50, 1), Allowed(50, 9), Allowed(50, 7)], notes: DecisionNotes.FailureDecided));
        Expect(
            "quota-exceeded", "Quota Exceeded", "\"account\",\"burst\"",
            Decision(Local, [Wait(50, 1), Wait(100, 9), Allowed(50, 7)], notes: DecisionNotes.FailureDecided));
        Expect("quota-exceeded", "Quota Exceeded", "\"account\"", Decision(Local, [Wait(50, 1), Allowed(100, 9), Allowed(100, 7)]));
    }

    [Theory]
    [InlineData(BeyondAccountGroups.Refuse, "abnormal-usage-detected", "Abnormal Usage Detected")]
    [InlineData(BeyondAccountGroups.Allow, "temporary-reduced-capacity", "Temporary Reduced Capacity")]
    public void The_bound_on_the_groups_of_an_account_is_abnormal_usage_if_it_refuses(BeyondAccountGroups beyond, string type, string title) =>
        Expect(type, title, "", Decision(
            Shop with { AccountGroups = new() { Beyond = beyond } }, [Allowed(100, 9), null, Allowed(100, 9)],
            notes: DecisionNotes.TooManyGroupsOfAccount | DecisionNotes.FailureDecided));

    [Fact]
    public void The_body_of_a_refusal_by_one_limit_is_created_once()
    {
        var templates = new ResponseTemplates(Shop);
        var decision = Decision(Shop, [Allowed(100, 9), Wait(100, 1), Allowed(100, 7)]);
        ReadOnlyMemory<byte> first = templates.DeniedBytes(decision, 0, Now);

        Assert.True(first.Equals(templates.DeniedBytes(decision, 0, Now)));
    }

    private static void Expect(string type, string title, string violated, in Decision decision)
    {
        var templates = new ResponseTemplates(decision.Policy.Definition);
        string expected =
            $$"""{"type":"https://iana.org/assignments/http-problem-types#{{type}}","title":"{{title}}","violated-policies":[{{violated}}]}""";

        Assert.Equal("application/problem+json", templates.DeniedContentType);
        Assert.Equal(expected, templates.DeniedBody(decision, 0, Now));
        Assert.Equal(expected, Encoding.UTF8.GetString(templates.DeniedBytes(decision, 0, Now).Span));
        Assert.True(templates.StaticDeniedBody.IsEmpty);
    }
}
