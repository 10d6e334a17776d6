namespace OrleansLimiter.Policies.Tests;

public class EndpointErrorsTests
{
    private const string First = " comes first; put the narrower route first";
    private const string Form = "; a method and a path are expected, as in POST /exports or ANY /exports/**";

    [Theory]
    [InlineData("[GET /e]", "6:12: endpoints is a list; a mapping (key: value) is expected")]
    [InlineData("{ other: [GET /e] }", "6:14: an endpoint is named 'other', which is the name of unlisted paths; choose another name")]
    [InlineData("{ 'e e': [GET /e] }", "6:14: an endpoint is named 'e e'; 1 to 64 of letters, digits, '-', '_' and '.' are expected")]
    [InlineData("{ e: [] }", "6:17: routes of the endpoint 'e' has 0 values; 1 to 256 are expected")]
    [InlineData("{ e: }", "6:17: routes of the endpoint 'e' is empty; give it a value")]
    [InlineData("{ e: GET /e, e: GET /f }", "6:25: this key is given twice; the first is in line 6")]
    [InlineData("{ e: { resource: id } }", "6:17: the endpoint 'e' has no 'routes'; it is required")]
    [InlineData(
        "{ e: { routes: [POST /e/{id}], resource: name } }",
        "6:53: resource of the endpoint 'e' is 'name', but its route 'POST /e/{id}' has no {name}; each of its routes needs the parameter")]
    [InlineData(
        "{ e: { routes: [POST /e/{id}, POST /e], resource: id } }",
        "6:62: resource of the endpoint 'e' is 'id', but its route 'POST /e' has no {id}; each of its routes needs the parameter")]
    [InlineData(
        "{ e: { routes: [POST /e/{id}], resource: [id] } }",
        "6:53: resource of the endpoint 'e' is a list; text is expected")]
    public void Endpoints_and_their_names_are_checked(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.With(more: $"endpoints: {text}\n")));

    [Theory]
    [InlineData("/e", "6:18: the route is '/e'" + Form)]
    [InlineData("GET", "6:18: the route is 'GET'" + Form)]
    [InlineData("GET e", "6:18: the route is 'GET e'" + Form)]
    [InlineData("get /e", "6:18: the route is 'get /e'; the method 'get' is not known; did you mean 'GET'?")]
    [InlineData("GTE /e", "6:18: the route is 'GTE /e'; the method 'GTE' is not known; did you mean 'GET'?")]
    [InlineData(
        "PROPFIND /e",
        "6:18: the route is 'PROPFIND /e'; the method 'PROPFIND' is not known; known are GET, OPTIONS, POST, PUT, PATCH, DELETE, ANY")]
    [InlineData(
        "OTHER /e",
        "6:18: the route is 'OTHER /e'; the method 'OTHER' is not known; known are GET, OPTIONS, POST, PUT, PATCH, DELETE, ANY")]
    [InlineData("HEAD /e", "6:18: the route is 'HEAD /e'; HEAD is matched as GET; write GET")]
    [InlineData("GET  /e", "6:18: the route is 'GET  /e'" + Form)]
    [InlineData("GET /e/", "6:18: the route is 'GET /e/'; a path does not end with '/'; leave it out")]
    [InlineData("GET //e", "6:18: the route is 'GET //e'; a path has no empty segment; write one '/'")]
    [InlineData("GET /e/../f", "6:18: the route is 'GET /e/../f'; a path has no dot segments; write the path without them")]
    [InlineData("GET /e/**/f", "6:18: the route is 'GET /e/**/f'; '**' matches the rest of a path, so it must be the last segment")]
    [InlineData("GET /e*", "6:18: the route is 'GET /e*'; '*' is not known; write {name} for one segment or a last ** for the rest")]
    [InlineData(
        "GET /e/*",
        "6:18: the route is 'GET /e/*'; '*' is not known; write {name} for one segment or a last ** for the rest")]
    [InlineData("'GET /e?a=b'", "6:18: the route is 'GET /e?a=b'; a path has no query string; leave it out")]
    [InlineData(
        "GET /e%2Ff",
        "6:18: the route is 'GET /e%2Ff'; the segment 'e%2Ff' has characters other than letters, digits and -._~!$&'()+,;=:@")]
    [InlineData("GET /e.", "6:18: the route is 'GET /e.'; dots at the end of a segment are cut from a path; leave them out of 'e.'")]
    [InlineData("GET /e/.../f", "6:18: the route is 'GET /e/.../f'; dots at the end of a segment are cut from a path; leave them out of '...'")]
    [InlineData(
        "GET /e;v=1",
        "6:18: the route is 'GET /e;v=1'; 'e;v=1' never matches, because parameters are cut from a path; leave ';' out, or write 'paths: { parameters: keep }'")]
    [InlineData("GET /é", "6:18: the route is 'GET /é'; the segment 'é' has characters other than letters, digits and -._~!$&'()+,;=:@")]
    [InlineData(
        "'GET /e/{a b}'",
        "6:18: the route is 'GET /e/{a b}'; the parameter '{a b}' has no valid name; 1 to 64 of letters, digits, '-' and '_' are expected")]
    [InlineData("'GET /e/x{id}'", "6:18: the route is 'GET /e/x{id}'; a parameter is a whole segment, but 'x{id}' has more characters")]
    [InlineData("GET /e/{id}/{id}", "6:18: the route is 'GET /e/{id}/{id}'; the parameter '{id}' is given twice")]
    [InlineData(
        "'GET /e/{}'",
        "6:18: the route is 'GET /e/{}'; the parameter '{}' has no valid name; 1 to 64 of letters, digits, '-' and '_' are expected")]
    [InlineData(
        "GET /a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a",
        "6:18: the route is 'GET /a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a…'; a path has at most 32 segments")]
    public void Routes_are_checked(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.With(more: $"endpoints: {{ e: [{text}] }}\n")));

    [Theory]
    [InlineData(
        "  a: [ANY /**]\n  b: [GET /x]\n",
        "8:7: the route 'GET /x' is never reached: 'ANY /**' of endpoint 'a' in line 7" + First)]
    [InlineData("  a: [GET /x, GET /x]\n", "7:15: routes of the endpoint 'a' names 'GET /x' twice; once is enough")]
    [InlineData(
        "  a: [GET /x]\n  b: [GET /X]\n",
        "8:7: the route 'GET /X' is never reached: 'GET /x' of endpoint 'a' in line 7" + First)]
    [InlineData(
        "  a: [GET /x/{id}]\n  b: [GET /x/y, GET /x/{name}]\n",
        "8:7: the route 'GET /x/y' is never reached: 'GET /x/{id}' of endpoint 'a' in line 7" + First,
        "8:17: the route 'GET /x/{name}' is never reached: 'GET /x/{id}' of endpoint 'a' in line 7" + First)]
    [InlineData(
        "  a: [ANY /x/**]\n  b: [GET /x, POST /x/y/z, DELETE /x/{id}/**]\n",
        "8:7: the route 'GET /x' is never reached: 'ANY /x/**' of endpoint 'a' in line 7" + First,
        "8:15: the route 'POST /x/y/z' is never reached: 'ANY /x/**' of endpoint 'a' in line 7" + First,
        "8:28: the route 'DELETE /x/{id}/**' is never reached: 'ANY /x/**' of endpoint 'a' in line 7" + First)]
    [InlineData(
        "  a: [GET /x, GET /x/{id}/**]\n  b: [GET /x/**]\n",
        "8:7: the route 'GET /x/**' is never reached: 'GET /x' of endpoint 'a' in line 7" + First)]
    [InlineData(
        "  a: [GET /x, OPTIONS /x, POST /x, PUT /x, PATCH /x, DELETE /x]\n  b: [ANY /x]\n  c: [ANY /x]\n",
        "9:7: the route 'ANY /x' is never reached: 'GET /x' of endpoint 'a' in line 7" + First)]
    public void A_route_that_is_hidden_by_earlier_ones_is_refused(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.With(more: $"endpoints:\n{text}")));

    [Theory]
    [InlineData("  a: [GET /x/y]\n  b: [GET /x/{id}]\n")]
    [InlineData("  a: [GET /x/{id}]\n  b: [GET /x/**]\n")]
    [InlineData("  a: [GET /x]\n  b: [ANY /x]\n")]
    [InlineData("  a: [GET /x/**]\n  b: [POST /x]\n")]
    [InlineData("  a: [GET /x/{id}/y]\n  b: [GET /x/{id}/z, GET /x/{id}]\n")]
    [InlineData("  a: [GET /]\n  b: [GET /**]\n")]
    public void A_partly_hidden_route_is_valid(string text) =>
        Assert.Empty(PolicyText.Errors(PolicyText.With(more: $"endpoints:\n{text}")));
}
