namespace OrleansLimiter.Policies.Tests;

public class PolicyErrorsTests
{
    private const string Whole = "; a whole number from 1 to 2147483647 is expected";
    private const string Share = "; a number above 0 up to 1 is expected, as in 0.5";
    private const string Name = "; 1 to 64 of lower-case letters, digits and '-' are expected";

    [Theory]
    [InlineData("Front", "1:9: the policy's name is 'Front'" + Name)]
    [InlineData("a_b", "1:9: the policy's name is 'a_b'" + Name)]
    [InlineData("''", "1:9: the policy's name is empty; give it a value")]
    [InlineData("~", "1:9: the policy's name is empty; give it a value")]
    [InlineData("[a]", "1:9: the policy's name is a list; text is expected")]
    [InlineData(
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "1:9: the policy's name is 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'" + Name)]
    public void The_name_of_a_policy_is_checked(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.With(policy: text)));

    [Theory]
    [InlineData("0", "2:13: generation is '0'" + Whole)]
    [InlineData("-1", "2:13: generation is '-1'" + Whole)]
    [InlineData("1.5", "2:13: generation is '1.5'" + Whole)]
    [InlineData("1e3", "2:13: generation is '1e3'" + Whole)]
    [InlineData("0x10", "2:13: generation is '0x10'" + Whole)]
    [InlineData("010", "2:13: generation is '010'" + Whole)]
    [InlineData("'1'", "2:13: generation is '1' in quotes" + Whole)]
    [InlineData("2147483648", "2:13: generation is '2147483648'" + Whole)]
    [InlineData(".nan", "2:13: generation is '.nan'" + Whole)]
    [InlineData(".inf", "2:13: generation is '.inf'" + Whole)]
    [InlineData("{}", "2:13: generation is a mapping" + Whole)]
    [InlineData("", "2:12: generation is empty; give it a value")]
    public void The_generation_is_an_integer_above_zero(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.With(generation: text)));

    [Theory]
    [InlineData("description: [a]\n", "6:14: description is a list; text is expected")]
    [InlineData("description:\n", "6:13: description is empty; give it a value")]
    [InlineData("unlisted: shred\n", "6:11: unlisted is 'shred'; did you mean 'shared'?")]
    [InlineData("ids: []\n", "6:6: ids has 0 values; 1 to 256 are expected")]
    [InlineData("ids: [a b]\n", "6:7: a prefix of ids is 'a b'; 1 to 64 of letters, digits, '-' and '_' are expected")]
    [InlineData("ids: [a_, a_]\n", "6:11: ids names 'a_' twice; once is enough")]
    [InlineData("ids: { a: b }\n", "6:6: ids is a mapping; a word or a list of words is expected")]
    [InlineData("on-failure: alow\n", "6:13: on-failure is 'alow'; did you mean 'allow'?")]
    [InlineData("on-failure: local\n", "6:13: on-failure is 'local' without a share; write it like { local: { share: 0.5 } }")]
    [InlineData("on-failure: [allow]\n", "6:13: on-failure is a list; text is expected")]
    [InlineData("on-failure: { local: 0.5 }\n", "6:22: local is '0.5'; a mapping (key: value) is expected")]
    [InlineData("on-failure: { local: {} }\n", "6:22: local has no 'share'; it is required")]
    [InlineData("on-failure: { local: { share: 0 } }\n", "6:31: share is '0'" + Share)]
    [InlineData("on-failure: { local: { share: 1.5 } }\n", "6:31: share is '1.5'" + Share)]
    [InlineData("on-failure: { local: { share: .nan } }\n", "6:31: share is '.nan'" + Share)]
    [InlineData("on-failure: { local: { share: -0.5 } }\n", "6:31: share is '-0.5'" + Share)]
    [InlineData("on-failure: { local: { share: 5e-1 } }\n", "6:31: share is '5e-1'" + Share)]
    public void Other_parts_of_a_policy_are_checked(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.With(more: text)));

    [Theory]
    [InlineData(
        "policy: p\n",
        "1:1: the policy has no 'generation'; it is required",
        "1:1: the policy has no 'identity'; it is required",
        "1:1: the policy has no 'limits'; it is required")]
    [InlineData(
        "limits: x\ngeneration: 1\n",
        "1:1: the policy has no 'policy'; it is required",
        "1:1: the policy has no 'identity'; it is required",
        "1:9: limits is 'x'; a list ([a, b]) is expected")]
    public void A_missing_required_key_is_an_error(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(text));
}
