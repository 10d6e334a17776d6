using FsCheck;
using FsCheck.Fluent;

namespace OrleansLimiter.Policies.Tests;

public class PolicyChecksPropertyTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(1_000);

    [Fact]
    public void The_reader_finds_the_same_errors_as_a_test_of_every_request()
    {
        int valid = 0;
        Prop.ForAll(AnyPolicy.Any.ToArbitrary(), policy =>
        {
            var (text, lines) = policy.Write();
            var expected = new SlowCheck(policy).Errors().Select(subject => lines[subject]).Distinct().Order();
            var result = PolicyText.Read(text);
            bool hidesRoutes = result.Errors.Any(error => error.Line < lines["limits"]);

            Assert.Equal(
                expected,
                result.Errors.Where(error => !hidesRoutes || error.Line < lines["limits"]).Select(error => error.Line).Distinct());
            valid += result.Policy is null ? 0 : 1;
        }).Check(Many);

        Assert.InRange(valid, 20, 980);
    }
}
