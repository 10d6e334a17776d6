namespace OrleansLimiter.AspNetCore.Tests;

// Answers that no limiter gives.
public partial class RemoteOutageTests
{
    private const string Result =
        """{"allowed":true,"policy":"shop","limits":[{"name":"n","allowed":true,"limit":1,"remaining":1,"windowMs":1,"nextAfterMs":1,"resetAfterMs":1,"retryAfterMs":null}],"response":{"status":200,"headers":{"X-A":"b"},"body":null}}""";

    /// <summary>Answers, and what the log says of them.</summary>
    public static TheoryData<int, string, string> Nonsense => new()
    {
        { 500, "", "it answered with the status 500; 200 is expected." },
        { 302, "elsewhere", "it answered with the status 302; 200 is expected. elsewhere" },
        { 204, "", "it answered with the status 204; 200 is expected." },
        { 400, "\u001b[31m" + new string('x', 1_000), @"it answered with the status 400; 200 is expected. \u001b[31mxxx" },
        { 200, "", "its answer is not JSON" },
        { 200, "<html></html>", "its answer is not JSON" },
        { 200, $"[{Result}", "its answer is not JSON" },
        { 200, $"[{Result}] []", "its answer is not JSON" },
        { 200, new string('[', 100_000), "its answer is not JSON" },
        { 200, "{}", "it answered with a value of the type Object; an array of results is expected" },
        { 200, "null", "it answered with a value of the type Null" },
        { 200, "[]", "it answered with 0 results; 1 are expected" },
        { 200, $"[{Result},{Result}]", "it answered with 2 results; 1 are expected" },
        { 200, "[1]", "result 0 of its answer: 'a result' is of the type Number; an object is expected" },
        { 200, "[{}]", "the field 'allowed' is missing" },
        { 200, Changed("\"allowed\":true,\"policy\"", "\"allowed\":\"yes\",\"policy\""), "'allowed' is of the type String; true or false is expected" },
        { 200, Changed("shop", "users"), "'policy' is 'users'; 'shop' is expected" },
        { 200, Changed("\"limit\":1", "\"limit\":-1"), "'limit' is of the type Number; an integer from 0 to 2147483647 is expected" },
        { 200, Changed("\"limit\":1", "\"limit\":1e99"), "'limit' is of the type Number; an integer from 0 to 2147483647 is expected" },
        { 200, Changed("\"windowMs\":1", "\"windowMs\":9223372036854775807"), "'windowMs' is of the type Number; a number of milliseconds is expected" },
        { 200, Changed("\"name\":\"n\"", "\"name\":null"), "'name' is of the type Null; a string is expected" },
        { 200, Changed("\"limits\":[", "\"limits\":[[],"), "'a result' is of the type Array; an object is expected" },
        { 200, Changed("\"response\"", "\"answer\""), "the field 'response' is missing" },
        { 200, Changed("\"status\":200", "\"status\":429"), "'status' is 429; 200 is expected" },
        { 200, Changed("\"allowed\":true,\"policy\"", "\"allowed\":false,\"policy\""), "'status' is 200; 400 to 599 is expected" },
        { 200, Changed("{\"X-A\":\"b\"}", "[]"), "'headers' is of the type Array; an object is expected" },
        { 200, Changed("\"b\"", "1"), "'X-A' is of the type Number; a string is expected" },
        { 200, Changed("\"b\"", "\"b\\r\\nX-Evil: 1\""), "the header 'X-A' is not one of a policy" },
        { 200, Changed("\"b\"", "\"\\u00e9\""), "the header 'X-A' is not one of a policy" },
        { 200, Changed("X-A", "X A"), "the header 'X A' is not one of a policy" },
        { 200, Changed("X-A", "Content-Length"), "the header 'Content-Length' is not one of a policy" },
        { 200, Changed("X-A", "Transfer-Encoding"), "the header 'Transfer-Encoding' is not one of a policy" },
        { 200, Changed("\"body\":null", "\"body\":{}"), "'body' is of the type Object; a string is expected" },
        { 200, Changed("\"name\":\"n\"", "\"name\":\"\\ud800\""), "Cannot" },
        { 200, """[{"problem":7}]""", "'problem' is of the type Number; an object is expected" },
    };

    private static string Changed(string before, string after)
    {
        Assert.Contains(before, Result);
        return $"[{Result.Replace(before, after)}]";
    }
}
