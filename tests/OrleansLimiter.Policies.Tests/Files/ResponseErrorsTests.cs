namespace OrleansLimiter.Policies.Tests;

public class ResponseErrorsTests
{
    private const string Variables = "; known are limit, remaining, window-ms, window-s, next-s, reset-s, reset-epoch-s, retry-after-s, limit-name, policy, account, endpoint, mode";
    private const string Status = "; a whole number from 400 to 599 is expected";

    [Theory]
    [InlineData("[a]", "6:12: responses is a list; a mapping (key: value) is expected")]
    [InlineData("{ report: b }", "6:22: report names 'b', which is not a limit; only 'a' is known")]
    [InlineData("{ report: [a, a] }", "6:26: report names 'a' twice; once is enough")]
    [InlineData("{ report: [] }", "6:22: report has 0 values; 1 to 256 are expected")]
    [InlineData("{ always: [X-A] }", "6:22: always is a list; a mapping (key: value) is expected")]
    [InlineData("{ allowed: { X-A: '{windw-s}' } }", "6:30: '{windw-s}' is not a variable" + Variables)]
    [InlineData("{ standard: draft-9 }", "6:24: standard is 'draft-9'; did you mean 'draft-10'?")]
    [InlineData(
        "{ standard: draft-10, always: { RateLimit: '1' } }",
        "6:44: the header 'RateLimit' is written by 'standard: draft-10'; leave it out")]
    [InlineData("{ denied: 429 }", "6:22: denied is '429'; a mapping (key: value) is expected")]
    [InlineData("{ denied: { status: 399 } }", "6:32: status of denied is '399'" + Status)]
    [InlineData("{ denied: { status: 600 } }", "6:32: status of denied is '600'" + Status)]
    [InlineData("{ denied: { status: '429' } }", "6:32: status of denied is '429' in quotes" + Status)]
    [InlineData("{ denied: { headers: { Upgrade: h2 } } }", "6:35: the header 'Upgrade' is set by the server; leave it out")]
    [InlineData(
        "{ denied: { body: '{}' } }",
        "6:30: denied has a 'body' but no 'content-type'; add one, as in content-type: application/json")]
    [InlineData(
        "{ denied: { content-type: text/plain } }",
        "6:38: denied has a 'content-type' but no 'body'; add a body or leave the content type out")]
    [InlineData(
        "{ denied: { content-type: json, body: '{}' } }",
        "6:38: content-type of denied is 'json'; type/subtype is expected, as in application/json")]
    [InlineData(
        "{ denied: { content-type: \"text/plain\\r\\nX: y\", body: a } }",
        "6:38: content-type of denied is 'text/plain\\u000d\\u000aX: y'; type/subtype is expected, as in application/json")]
    [InlineData(
        "{ denied: { content-type: text/plain, body: 'wait {retry-after}' } }",
        "6:56: '{retry-after}' is not a variable" + Variables)]
    [InlineData("{ denied: { problem-details: draft-9 } }", "6:41: problem-details of denied is 'draft-9'; did you mean 'draft-10'?")]
    [InlineData("{ denied: { problem-details: [draft-10] } }", "6:41: problem-details of denied is a list; text is expected")]
    [InlineData(
        "{ denied: { problem-details: draft-10, content-type: text/plain, body: a } }",
        "6:51: the content-type of denied is given by 'problem-details: draft-10'; leave it out",
        "6:77: the body of denied is given by 'problem-details: draft-10'; leave it out")]
    [InlineData(
        "{ denied: { body: '{}', problem-details: draft-10 } }",
        "6:24: the body of denied is given by 'problem-details: draft-10'; leave it out")]
    [InlineData("{ denied: { content-type: text/plain, body: '' } }", "6:56: body of denied is empty; give it a value")]
    public void Responses_are_checked(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.With(more: $"responses: {text}\n")));
}
