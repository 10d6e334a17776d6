using System.Net;

namespace OrleansLimiter.Http.Tests;

/// <summary>Invalid batches with options: the response is 400 with the invalid field, and nothing is consumed.</summary>
public class BadBatchTests(BadInputHost shared) : IClassFixture<BadInputHost>
{
    private const string Check = """{"account":"a","path":"/x"}""";

    /// <summary>Bodies, the invalid field (empty: the whole body) and the exact detail.</summary>
    public static TheoryData<string, string, string> Bodies => new()
    {
        // Objects without a field of a batch are answered as before batches had options
        { "{}", "", "a batch is an array of checks, not an object" },
        { Check, "", "a batch is an array of checks, not an object" },
        { "{", "", "a batch is an array of checks, not an object" },

        // Not JSON
        { $$"""{"checks":[{{Check}}]""", "", "the body is not JSON: line 1, byte 40" },
        { $$"""{"checks":[{{Check}}],}""", "", "the body is not JSON: line 1, byte 41" },
        { $$"""{"problems":true,"checks":[{{Check}}]} x""", "", "the body is not JSON: line 1, byte 58" },
        { """{"problems":true,"checks":[{"account":"a","path":"/x",}]}""", "", "the body is not JSON: line 1, byte 55" },

        // Options
        { $$"""{"checks":[{{Check}}],"responses":1}""", "responses", "responses is a number; it must be true or false" },
        { $$"""{"checks":[{{Check}}],"responses":"true"}""", "responses", "responses is a string; it must be true or false" },
        { $$"""{"checks":[{{Check}}],"problems":[]}""", "problems", "problems is an array; it must be true or false" },
        { $$"""{"checks":[{{Check}}],"problems":{"a":true} }""", "problems", "problems is an object; it must be true or false" },
        { $$"""{"problems":true,"checks":[{{Check}}],"problems":true}""", "problems", "problems is given twice" },
        { $$"""{"checks":[{{Check}}],"check\u0073":[]}""", "checks", "checks is given twice" },
        { $$"""{"checks":[{{Check}}],"Problems":true}""", "Problems", "'Problems' is not a field of a batch; known are checks, responses, problems" },
        { $$"""{"checks":[{{Check}}],"all":{"a":[]} }""", "all", "'all' is not a field of a batch; known are checks, responses, problems" },
        { $$"""{"checks":[{{Check}}],"\ud800":1}""", "", "the name of a field is not valid Unicode text" },

        // Checks
        { """{"responses":true}""", "checks", "checks is omitted; give an array of checks" },
        { """{"responses":true,"checks":null}""", "checks", "checks is omitted; give an array of checks" },
        { """{"checks":{}}""", "checks", "checks is an object; it must be an array" },
        { """{"checks":"[]"}""", "checks", "checks is a string; it must be an array" },
        { $$"""{"responses":true,"checks":[{{Check}},{"account":"a","path":"/x","cost":0}]}""", "checks[1].cost", "item 1: cost is 0; it must be a whole number from 1 to 2147483647" },
        { $$"""{"checks":[{{Check}},7]}""", "checks[1]", "item 1: a check is an object, not a number" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task An_invalid_batch_is_a_problem_that_names_the_field(string body, string field, string detail)
    {
        using HttpResponseMessage answer = await PostAsync(body);

        await shared.AssertProblemAsync(answer, HttpStatusCode.BadRequest, field, detail);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_of_1001_checks_is_refused_valid_or_not(bool isValid)
    {
        string checks = string.Join(',', Enumerable.Repeat(isValid ? Check : "1", 1_001));

        using HttpResponseMessage answer = await PostAsync($$"""{"problems":true,"checks":[{{checks}}]}""");

        await shared.AssertProblemAsync(answer, HttpStatusCode.BadRequest, "", "the batch has more than 1000 checks");
    }

    [Fact]
    public async Task A_very_long_name_is_refused()
    {
        using HttpResponseMessage answer = await PostAsync($$"""{"checks":[],"{{new string('x', 65_537)}}":1}""");

        await shared.AssertProblemAsync(answer, HttpStatusCode.BadRequest, "", "the name of a field has more than 65536 bytes");
    }

    private Task<HttpResponseMessage> PostAsync(string json) => shared.Host.Decisions.PostAsync("/v1/check/batch", Json.Content(json));
}
