using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http.Tests;

public class OpenApiTests
{
    [Fact]
    public async Task Every_mapped_route_is_described()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        JsonNode document = JsonNode.Parse(await host.Admin.GetStringAsync("/openapi/v1.json"))!;

        string[] mapped = [.. host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText != "/openapi/{documentName}.json")
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"])
                .Select(method => $"{method} {endpoint.RoutePattern.RawText}".Replace("{**", "{", StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)];
        string[] described = [.. document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"))
            .Order(StringComparer.Ordinal)];

        Assert.Equal(mapped, described);
        Assert.Equal(29, described.Length);
    }

    [Fact]
    public async Task Every_response_and_every_reference_is_described()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        string text = await host.Admin.GetStringAsync("/openapi/v1.json");
        JsonNode document = JsonNode.Parse(text)!;

        Assert.StartsWith("3.", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        foreach ((string path, JsonNode? item) in document["paths"]!.AsObject())
        {
            foreach ((string method, JsonNode? operation) in item!.AsObject())
            {
                Assert.NotEmpty(operation!["responses"]!.AsObject());
                string[] parameters = [.. (operation["parameters"]?.AsArray() ?? [])
                    .Where(parameter => parameter!["in"]!.GetValue<string>() == "path").Select(parameter => parameter!["name"]!.GetValue<string>())];
                Assert.Equal(path.Split('{').Skip(1).Select(part => part.Split('}')[0]), parameters);
            }
        }

        foreach (string reference in text.Split("\"$ref\": \"#").Skip(1).Select(rest => rest.Split('"')[0]).Distinct())
        {
            Assert.NotNull(reference.Trim('/').Split('/').Aggregate((JsonNode?)document, (node, name) => node?[name]));
        }

        string[] ids = [.. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject())
            .Select(operation => operation.Value!["operationId"]!.GetValue<string>())];
        Assert.Equal(ids.Distinct(), ids);
        JsonNode body = document["paths"]!["/v1/check/batch"]!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"]!;
        Assert.Equal("array", body["oneOf"]![0]!["type"]!.GetValue<string>());
        Assert.Equal("#/components/schemas/BatchRequest", body["oneOf"]![1]!["$ref"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_described_check_has_exactly_the_fields_that_are_read()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        JsonNode document = JsonNode.Parse(await host.Admin.GetStringAsync("/openapi/v1.json"))!;
        using HttpResponseMessage unknown = await host.CheckAsync("""{"x":1}""");
        using HttpResponseMessage unknownOverride = await host.Admin.PutAsync(
            "/v1/accounts/a/overrides/things/account", Json.Content("""{"permits":1,"x":1}"""));
        using HttpResponseMessage unknownOption = await host.Decisions.PostAsync("/v1/check/batch", Json.Content("""{"checks":[],"x":1}"""));

        Assert.Equal(await KnownAsync(unknown), Properties(document, "CheckRequest"));
        Assert.Equal(await KnownAsync(unknownOption), Properties(document, "BatchRequest"));
        Assert.Equal(await KnownAsync(unknownOverride), Properties(document, "OverrideRequest"));

        static async Task<string[]> KnownAsync(HttpResponseMessage answer) =>
            (await Json.ReadAsync(answer))["detail"]!.GetValue<string>().Split("known are ")[1].Split(", ");
    }

    [Fact]
    public async Task The_described_list_of_overrides_has_exactly_the_parameters_that_are_read()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        JsonNode document = JsonNode.Parse(await host.Admin.GetStringAsync("/openapi/v1.json"))!;
        using HttpResponseMessage unknown = await host.Admin.GetAsync("/v1/overrides?x=1");

        Assert.Equal(
            (await Json.ReadAsync(unknown))["detail"]!.GetValue<string>().Split("known are ")[1].Split(", "),
            document["paths"]!["/v1/overrides"]!["get"]!["parameters"]!.AsArray().Select(parameter => parameter!["name"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Descriptions_of_policy_words_list_all_words()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        JsonNode policy = JsonNode.Parse(await host.Admin.GetStringAsync("/openapi/v1.json"))!
            ["components"]!["schemas"]!["PolicyResponse"]!["properties"]!;
        JsonNode paths = policy["paths"]!["properties"]!;

        Assert.Equal(Words(PolicyWords.OnFailure), Described(policy["onFailure"]));
        Assert.Equal(Words(PolicyWords.PathParameters), Described(paths["parameters"]));
        Assert.Equal(Words(PolicyWords.PathCase), Described(paths["case"]));
        Assert.Equal(Words(PolicyWords.EncodedSlash), Described(paths["encodedSlash"]));
        Assert.Equal(Words(PolicyWords.DoubleEncoding), Described(paths["doubleEncoding"]));
        Assert.Equal(Words(PolicyWords.PathSuffix), Described(paths["suffix"]));
        JsonNode responses = policy["responses"]!["properties"]!;
        Assert.Equal(Words(PolicyWords.Standard), Described(responses["standard"]));
        Assert.Equal(Words(PolicyWords.ProblemFormat), Described(responses["problemDetails"]));

        static string Described(JsonNode? property) => property!["description"]!.GetValue<string>();
        static string Words<T>(WordTable<T> table)
            where T : struct => string.Join(", ", table.Words[..^1]) + " or " + table.Words[^1];
    }

    [Fact]
    public async Task Hand_written_responses_match_their_description()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        var exactly = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
        };
        using HttpResponseMessage decided = await host.CheckAsync("""{"account":"a","path":"/things/1"}""");
        using HttpResponseMessage problem = await host.CheckAsync("""{"cost":0}""");
        using HttpResponseMessage problems = await host.Admin.PutAsync(
            "/v1/accounts/a/overrides/things/account", Json.Content("""{"x":1,"y":1}"""));

        Assert.Equal(2, JsonSerializer.Deserialize<DecisionResponse>(await decided.Content.ReadAsStringAsync(), exactly)!.Limits.Count);
        Assert.Equal("cost", JsonSerializer.Deserialize<ProblemResponse>(await problem.Content.ReadAsStringAsync(), exactly)!.Field);
        Assert.Equal(2, JsonSerializer.Deserialize<ProblemResponse>(await problems.Content.ReadAsStringAsync(), exactly)!.Errors!.Count);
        using HttpResponseMessage batch = await host.Decisions.PostAsync("/v1/check/batch", Json.Content(
            """{"responses":true,"problems":true,"checks":[{"account":"a","path":"/x"},{"cost":0}]}"""));
        JsonArray results = (await Json.ReadAsync(batch)).AsArray();
        Assert.Equal(200, results[0].Deserialize<DecisionResponse>(exactly)!.Response!.Status);
        Assert.Equal("cost", results[1].Deserialize<InvalidResponse>(exactly)!.Problem.Field);
        Assert.Equal("healthy", JsonSerializer.Deserialize<HealthResponse>(await host.Admin.GetStringAsync("/healthz"), exactly)!.Status);
    }

    private static string[] Properties(JsonNode document, string schema) =>
        [.. document["components"]!["schemas"]![schema]!["properties"]!.AsObject().Select(property => property.Key)];
}
