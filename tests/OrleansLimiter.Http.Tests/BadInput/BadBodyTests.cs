using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansLimiter.Http.Tests;

/// <summary>Invalid bodies of checks: the response is 400 with the invalid field, consumes nothing and shows no internals.</summary>
public class BadBodyTests(BadInputHost shared) : IClassFixture<BadInputHost>
{
    /// <summary>Bodies, the invalid field (empty: the whole body) and the exact detail.</summary>
    public static TheoryData<string, string, string> Bodies => new()
    {
        // Not JSON
        { "", "", "the body is empty; it must be JSON" },
        { "   ", "", "the body is not JSON: line 1, byte 4" },
        { "{", "", "the body is not JSON: line 1, byte 2" },
        { "nonsense", "", "the body is not JSON: line 1, byte 2" },
        { "{'account':'a'}", "", "the body is not JSON: line 1, byte 2" },
        { "{\"account\":\"a\",}", "", "the body is not JSON: line 1, byte 16" },
        { "{\"account\":\"a\" // who\n}", "", "the body is not JSON: line 1, byte 16" },
        { "{\"account\":\"a\nb\"}", "", "the body is not JSON: line 1, byte 14" },
        { "{\"account\":\"a\",\"path\":\"/x\"} {}", "", "the body is not JSON: line 1, byte 29" },
        { "{\"account\":\"a\",\"path\":\"/x\"}\0", "", "the body is not JSON: line 1, byte 28" },
        { "\uFEFF", "", "the body is empty; it must be JSON" },
        { "\uFEFF\uFEFF{\"account\":\"a\",\"path\":\"/x\"}", "", "the body is not JSON: line 1, byte 1" },
        { "{\"account\":\"a\",\uFEFF\"path\":\"/x\"}", "", "the body is not JSON: line 1, byte 16" },
        { "{\"account\":\"a\",\"cost\":NaN}", "", "the body is not JSON: line 1, byte 23" },
        { "{\"account\":\"a\",\"cost\":01}", "", "the body is not JSON: line 1, byte 24" },

        // Not a check
        { "null", "", "a check is an object, not null" },
        { "[]", "", "a check is an object, not an array" },
        { "\"text\"", "", "a check is an object, not a string" },
        { "12", "", "a check is an object, not a number" },
        { "true", "", "a check is an object, not a boolean" },

        // Fields
        { """{"account":"a","path":"/x","burst":1}""", "burst", "'burst' is not a field of a check; known are policy, account, method, path, endpoint, resource, mode, ip, attributes, cost, peek" },
        { """{"Account":"a","path":"/x"}""", "Account", "'Account' is not a field of a check; known are policy, account, method, path, endpoint, resource, mode, ip, attributes, cost, peek" },
        { """{"account":"a","path":"/x","account":"b"}""", "account", "account is given twice" },
        { """{"account":"a","path":"/x","\u0061ccount":"b"}""", "account", "account is given twice" },
        { """{"account":"a","path":"/x","cost":1,"cost":null}""", "cost", "cost is given twice" },
        { """{"account":1,"path":"/x"}""", "account", "account is a number; it must be a string" },
        { """{"account":"a","path":["/x"]}""", "path", "path is an array; it must be a string" },
        { """{"account":"a","path":"/x","method":true}""", "method", "method is a boolean; it must be a string" },
        { """{"account":"a","path":"/x","peek":"yes"}""", "peek", "peek is a string; it must be true or false" },
        { """{"account":"a","path":"/x","peek":1}""", "peek", "peek is a number; it must be true or false" },
        { """{"account":"a"}""", "path", "neither path nor endpoint is given; give one of them" },
        { """{"account":"a","path":"/things/1","endpoint":"thing"}""", "endpoint", "path and endpoint are both given; give one of them" },
        { """{"account":"a","path":"/things/1","resource":"1"}""", "resource", "path and resource are both given; give resource with endpoint only" },
        { """{"account":"a","endpoint":"nothing"}""", "endpoint", "the policy 'things' has no endpoint of that name; give thing, other, or method and path" },
        { """{"account":"a","endpoint":"thing"}""", "resource", "the endpoint 'thing' is limited by resource; give its thing_id as resource" },
        { """{"path":"/x"}""", "account", "the policy 'things' finds no account; give account or ip" },
        { """{"ip":"300.1.1.1","path":"/x"}""", "ip", "ip: it is not an IP address; give IPv4 as four decimal numbers, such as 203.0.113.7, or IPv6" },
        { """{"account":"a","path":"/x","method":"GET /"}""", "method", "the method is not an HTTP method; give one of GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE, or another token of at most 32 letters" },

        // Costs
        { """{"account":"a","path":"/x","cost":0}""", "cost", "cost is 0; it must be a whole number from 1 to 2147483647" },
        { """{"account":"a","path":"/x","cost":-1}""", "cost", "cost is -1; it must be a whole number from 1 to 2147483647" },
        { """{"account":"a","path":"/x","cost":1.5}""", "cost", "cost is 1.5; it must be a whole number from 1 to 2147483647" },
        { """{"account":"a","path":"/x","cost":1e3}""", "cost", "cost is 1e3; it must be a whole number from 1 to 2147483647" },
        { """{"account":"a","path":"/x","cost":2147483648}""", "cost", "cost is 2147483648; it must be a whole number from 1 to 2147483647" },
        { """{"account":"a","path":"/x","cost":99999999999999999999999}""", "cost", "cost is 99999999999999999999999; it must be a whole number from 1 to 2147483647" },
        { """{"account":"a","path":"/x","cost":"1"}""", "cost", "cost is a string; it must be a whole number from 1 to 2147483647" },

        // Attributes
        { """{"account":"a","path":"/x","attributes":[]}""", "attributes", "attributes is an array; it must be an object" },
        { """{"account":"a","path":"/x","attributes":{"plan":1}}""", "attributes.plan", "attributes.plan is a number; it must be a string" },
        { """{"account":"a","path":"/x","attributes":{"plan":{"a":{"b":{}}}}}""", "attributes.plan", "attributes.plan is an object; it must be a string" },
        { """{"account":"a","path":"/x","attributes":{"plan":"pro","plan":"pro"}}""", "attributes.plan", "attribute 'plan' is given twice" },
        { """{"account":"a","path":"/x","attributes":{"colour":"red"}}""", "attributes", "attributes: the policy 'things' has no attribute 'colour'; it has mode, plan, note" },
        { """{"account":"a","path":"/x","mode":"live","attributes":{"mode":"live"}}""", "mode", "mode: it is given twice, as a field and in attributes; give it once" },

        // Text that must not become part of a key or a header
        { """{"account":"","path":"/x"}""", "account", "the policy 'things' finds no account: account is empty; give account or ip" },
        { """{"account":"a\r\nX-Evil: 1","path":"/x"}""", "account", "account: it has the control character U+000D as character 2; leave control characters out" },
        { """{"account":"a\u0000b","path":"/x"}""", "account", "account: it has the control character U+0000 as character 2; leave control characters out" },
        { """{"account":"\ud800","path":"/x"}""", "account", "account is not valid Unicode text" },
        { """{"account":"a","path":"/x","attributes":{"note":"n\nX-Evil: 1"}}""", "attributes.note", "attributes.note: it has the control character U+000A as character 2; leave control characters out" },
        { """{"account":"a","path":"/x","attributes":{"note":"\udc00"}}""", "attributes.note", "attributes.note is not valid Unicode text" },
        { """{"account":"a","path":"/x","\ud800":1}""", "", "the name of a field is not valid Unicode text" },

        // Paths
        { """{"account":"a","path":""}""", "path", "the path does not begin with /; give a path such as /v1/things, or an absolute http or https URI" },
        { """{"account":"a","path":"x"}""", "path", "the path does not begin with /; give a path such as /v1/things, or an absolute http or https URI" },
        { """{"account":"a","path":"/x\r\nX-Evil: 1"}""", "path", "the path has the control character U+000D at character 3; a path has none, escaped or not" },
        { """{"account":"a","path":"/x%0d%0aX-Evil:1"}""", "path", "the path has the control character U+000D at character 3; a path has none, escaped or not" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task An_invalid_body_is_a_problem_that_names_the_field(string body, string field, string detail)
    {
        using HttpResponseMessage answer = await shared.Host.CheckAsync(body);

        await shared.AssertProblemAsync(answer, HttpStatusCode.BadRequest, field, detail);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task In_a_batch_an_invalid_check_is_named_by_its_index(string body, string field, string detail)
    {
        bool check = body.StartsWith('{') && !detail.Contains("JSON", StringComparison.Ordinal);
        using HttpResponseMessage answer = await shared.Host.Decisions.PostAsync(
            "/v1/check/batch", Json.Content($$"""[{"account":"a","path":"/x"},{{body}}]"""));

        JsonNode problem = await shared.AssertProblemAsync(answer, HttpStatusCode.BadRequest);
        if (check)
        {
            Assert.Equal(field.Length > 0 ? $"[1].{field}" : "[1]", problem["field"]!.GetValue<string>());
            Assert.Equal($"item 1: {detail}", problem["detail"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_refused()
    {
        byte[] body = [.. "{\"account\":\""u8, 0xC3, 0x28, .. "\",\"path\":\"/x\"}"u8];

        using HttpResponseMessage answer = await shared.Host.Decisions.PostAsync("/v1/check", new ByteArrayContent(body));

        await shared.AssertProblemAsync(answer, HttpStatusCode.BadRequest, "account", "account is not valid Unicode text");
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(257)]
    public async Task Names_that_are_too_long_are_refused(int length)
    {
        using HttpResponseMessage answer = await shared.Host.CheckAsync($$"""{"account":"{{new string('a', length)}}","path":"/x"}""");

        await shared.AssertProblemAsync(
            answer, HttpStatusCode.BadRequest, "account", $"account: it has {length} characters; give at most 256");
    }

    [Theory]
    [InlineData("""{"account":"#","path":"/x"}""", "account", "account has more than 65536 bytes")]
    [InlineData("""{"account":"a","path":"#"}""", "path", "path has more than 65536 bytes")]
    [InlineData("""{"account":"a","path":"/x","attributes":{"n":"#"}}""", "attributes.n", "attributes.n has more than 65536 bytes")]
    [InlineData("""{"account":"a","path":"/x","attributes":{"#":"v"}}""", "", "the name of a field has more than 65536 bytes")]
    [InlineData("""{"#":"v"}""", "", "the name of a field has more than 65536 bytes")]
    public async Task Very_long_texts_are_refused_before_they_are_decoded(string check, string field, string detail)
    {
        using HttpResponseMessage answer = await shared.Host.CheckAsync(check.Replace("#", new string('x', 65_537)));

        await shared.AssertProblemAsync(answer, HttpStatusCode.BadRequest, field, detail);
    }

    [Fact]
    public async Task A_path_of_escapes_alone_is_not_too_long()
    {
        string path = string.Concat(Enumerable.Repeat("\\u0061", 8_191));

        using HttpResponseMessage answer = await shared.Host.CheckAsync($$"""{"peek":true,"account":"a","path":"/{{path}}"}""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Too_many_attributes_are_refused()
    {
        string attributes = string.Join(",", Enumerable.Range(0, 65).Select(index => $"\"a{index}\":\"\""));

        using HttpResponseMessage answer = await shared.Host.CheckAsync($$"""{"account":"a","path":"/x","attributes":{ {{attributes}} } }""");

        await shared.AssertProblemAsync(answer, HttpStatusCode.BadRequest, "attributes", "there are more than 64 attributes");
    }

    [Fact]
    public async Task An_unknown_policy_is_404()
    {
        using HttpResponseMessage answer = await shared.Host.CheckAsync(
            $$"""{"policy":"{{new string('p', 100)}}\n","account":"a","path":"/x"}""");

        await shared.AssertProblemAsync(
            answer, HttpStatusCode.NotFound, "policy", $"there is no policy '{new string('p', 64)}…'; known are things");
    }

    [Fact]
    public async Task A_message_repeats_no_control_character()
    {
        using HttpResponseMessage answer = await shared.Host.CheckAsync("""{"policy":"a\r\nb\u001b[31m","account":"a","path":"/x"}""");

        await shared.AssertProblemAsync(
            answer, HttpStatusCode.NotFound, "policy", @"there is no policy 'a\u000d\u000ab\u001b[31m'; known are things");
    }

    [Fact]
    public async Task Deep_nesting_is_refused_without_reading_it()
    {
        string deep = new('[', 100_000);
        foreach (string body in (string[])[deep, $$"""{"account":{{deep}}""", $$"""{"attributes":{"plan":{{deep}}"""])
        {
            using HttpResponseMessage check = await shared.Host.CheckAsync(body);
            using HttpResponseMessage batch = await shared.Host.Decisions.PostAsync("/v1/check/batch", Json.Content("[" + body));

            await shared.AssertProblemAsync(check, HttpStatusCode.BadRequest);
            await shared.AssertProblemAsync(batch, HttpStatusCode.BadRequest);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("\"[]\"")]
    public async Task A_batch_that_is_not_an_array_is_refused(string body)
    {
        using HttpResponseMessage answer = await shared.Host.Decisions.PostAsync("/v1/check/batch", Json.Content(body));

        JsonNode problem = await shared.AssertProblemAsync(answer, HttpStatusCode.BadRequest);
        Assert.StartsWith("a batch is an array of checks, not ", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task A_form_is_415_and_the_detail_names_the_expected_type(string contentType)
    {
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"account":"a","path":"/x"}"""));
        body.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using HttpResponseMessage answer = await shared.Host.Decisions.PostAsync("/v1/check", body);

        await shared.AssertProblemAsync(
            answer,
            HttpStatusCode.UnsupportedMediaType,
            "Content-Type",
            "the content type is that of a form; send application/json (option --json of curl)");
    }
}
