using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http.Tests;

public class CheckRequestTests
{
    private static readonly JsonNamingPolicy Names = JsonNamingPolicy.CamelCase;

    [Fact]
    public void Every_field_of_a_check_has_a_name()
    {
        Assert.Equal(typeof(CheckRequest).GetProperties().Select(field => Names.ConvertName(field.Name)), CheckFields.Names.AsEnumerable());
    }

    [Fact]
    public void Every_field_of_a_check_is_read_into_its_property()
    {
        string json = new JsonObject(typeof(CheckRequest).GetProperties().Select(Given)).ToJsonString();

        Assert.Equal(json, JsonSerializer.Serialize(Read(json), new JsonSerializerOptions { PropertyNamingPolicy = Names }));
    }

    [Fact]
    public void A_null_is_treated_as_an_absent_field()
    {
        string json = new JsonObject(CheckFields.Names.Select(name => KeyValuePair.Create<string, JsonNode?>(name, null))).ToJsonString();

        Assert.Equal(default, Read(json));
    }

    [Fact]
    public async Task Every_length_that_is_described_is_enforced()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        foreach (PropertyInfo field in typeof(CheckRequest).GetProperties().Where(each => each.IsDefined(typeof(MaxLengthAttribute))))
        {
            int most = field.GetCustomAttribute<MaxLengthAttribute>()!.Length;
            string name = Names.ConvertName(field.Name);
            var body = new JsonObject { ["account"] = "a", ["path"] = "/x", [name] = new string('t', most + 1) };

            using HttpResponseMessage answer = await host.CheckAsync(body.ToJsonString());

            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Equal(name, (await Json.ReadAsync(answer))["field"]!.GetValue<string>());
        }
    }

    // Different text in each field, so that exchanged fields are detected.
    private static KeyValuePair<string, JsonNode?> Given(PropertyInfo field) => new(
        Names.ConvertName(field.Name),
        field.PropertyType == typeof(string) ? $"the {field.Name}"
            : field.PropertyType == typeof(int?) ? 7
            : field.PropertyType == typeof(bool?) ? true
            : new JsonObject { ["plan"] = "prime" });

    private static CheckRequest Read(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        CheckRequest read = default;
        CheckParser parser = default;
        Assert.Null(parser.Parse(ref reader, ref read));
        return read;
    }
}
