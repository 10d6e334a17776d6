namespace OrleansLimiter.Policies.Tests;

public class YamlErrorsTests
{
    [Theory]
    [InlineData("policy: 'p\n", "1:9: this quote is never closed; close it")]
    [InlineData("policy: [a\n", "2:1: this list is never closed; a ',' or ']' is expected")]
    [InlineData("policy: {a: b\n", "2:1: this mapping is never closed; a ',' or '}' is expected")]
    [InlineData(
        "policy: a: b\n",
        "1:10: a key and its value are inside another value; check the indentation, or put text with ': ' in quotes")]
    [InlineData("policy: @p\n", "1:9: this character cannot begin a value; put the value in quotes")]
    [InlineData("policy: \"\\q\"\n", "1:9: this backslash escape is not known; put the text in single quotes")]
    [InlineData("limits:\n  - a\n b: c\n", "3:2: this line is not part of anything above it; check the indentation")]
    [InlineData("- a\nb: c\n", "2:1: this line is not part of anything above it; check the indentation")]
    [InlineData("a: ]\n", "1:4: a value is expected here; check brackets and commas")]
    public void A_file_that_is_not_YAML_is_refused_with_the_position_of_the_error(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(text));

    [Theory]
    [InlineData("endpoints:\n\te: [GET /e]\n", "7:1: a tab indents this line; YAML is indented with spaces")]
    [InlineData("endpoints:\n  e:\n\t- GET /e\n", "8:1: a tab indents this line; YAML is indented with spaces")]
    [InlineData("endpoints: {\n\te: [GET /e] }\n", "7:1: a tab indents this line; YAML is indented with spaces")]
    [InlineData("description: a\n\tb\n", "7:1: a tab indents this line; YAML is indented with spaces")]
    public void Tabs_that_indent_are_refused(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.With(more: text)));

    [Theory]
    [InlineData("description: &a x\n", "6:14: an anchor is not allowed; write the value out where it is needed")]
    [InlineData(
        "description: &a x\nids: *a\n",
        "6:14: an anchor is not allowed; write the value out where it is needed",
        "7:6: an alias is not allowed; write the value out")]
    [InlineData("ids: *a\n", "6:6: an alias is not allowed; write the value out")]
    [InlineData("<<: { description: x }\n", "6:1: the merge key '<<' is not allowed; write the keys out")]
    [InlineData("description: !!str x\n", "6:14: a tag is not allowed; leave it out")]
    [InlineData("description: !mine x\n", "6:14: a tag is not allowed; leave it out")]
    [InlineData("? [a]\n: b\n", "6:3: a list is used as a key; a key is a word")]
    [InlineData("? { a: b }\n: c\n", "6:3: a mapping is used as a key; a key is a word")]
    [InlineData("description: a\ndescription: b\n", "7:1: this key is given twice; the first is in line 6")]
    [InlineData("---\npolicy: q\n", "6:1: a second document begins here; one file holds one policy")]
    public void YAML_features_that_a_policy_does_not_use_are_refused(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.With(more: text)));

    [Theory]
    [InlineData("", "1:1: the file is empty; a policy begins with 'policy:' and its name")]
    [InlineData("# nothing\n", "1:1: the file is empty; a policy begins with 'policy:' and its name")]
    [InlineData("---\n", "1:1: the file is empty; a policy begins with 'policy:' and its name")]
    [InlineData("[a, b]\n", "1:1: this file is not a policy; a policy begins with 'policy:' and its name")]
    [InlineData("text\n", "1:1: this file is not a policy; a policy begins with 'policy:' and its name")]
    [InlineData("{}\n", "1:1: this file is not a policy; a policy begins with 'policy:' and its name")]
    public void A_file_without_a_policy_is_refused(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(text));

    [Theory]
    [InlineData("limit: x\n", "6:1: the policy has no key 'limit'; did you mean 'limits'?")]
    [InlineData(
        "zzz: x\n",
        "6:1: the policy has no key 'zzz'; known are policy, generation, description, identity, endpoints, unlisted, ids, paths, limits, unlimited, responses, on-failure and 3 more")]
    [InlineData("endpoints: { e: { route: [GET /e] } }\n", "6:19: the endpoint 'e' has no key 'route'; did you mean 'routes'?")]
    [InlineData("responses: { alway: {} }\n", "6:14: responses has no key 'alway'; did you mean 'always'?")]
    [InlineData(
        "responses: { denied: { code: 429 } }\n",
        "6:24: denied has no key 'code'; known are status, authorize-status, headers, content-type, body, problem-details")]
    [InlineData("on-failure: { locl: { share: 0.5 } }\n", "6:15: on-failure has no key 'locl'; did you mean 'local'?")]
    [InlineData(
        "on-failure: { local: { part: 0.5 } }\n",
        "6:22: local has no 'share'; it is required",
        "6:24: local has no key 'part'; only 'share' is known")]
    [InlineData("unlimited: { wen: { kind: id } }\n", "6:14: unlimited has no key 'wen'; did you mean 'when'?")]
    public void Unknown_keys_are_refused_at_every_level_with_the_nearest_known_one(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.With(more: text)));

    [Fact]
    public void Unknown_keys_of_attributes_limits_and_cases_are_refused_too()
    {
        Assert.Equal(
            ["3:34: the attribute 'plan' has no key 'form'; did you mean 'from'?"],
            PolicyText.Errors(PolicyText.With(identity: "{ account: ip, plan: { form: header:X, default: a } }")));
        Assert.Equal(
            ["5:55: the limit 'a' has no key 'permit'; did you mean 'permits'?"],
            PolicyText.Errors(PolicyText.WithLimit("algorithm: fixed-window, permit: 10, window: 60s")));
        Assert.Equal(
            ["5:78: a case of the limit 'a' has no key 'windw'; did you mean 'window'?"],
            PolicyText.Errors(PolicyText.WithLimit("algorithm: fixed-window, cases: [{ permits: 10, windw: 60s }]")));
    }
}
