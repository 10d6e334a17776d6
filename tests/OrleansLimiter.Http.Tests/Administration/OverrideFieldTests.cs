using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansLimiter.Decisions;
using OrleansLimiter.Testing;

namespace OrleansLimiter.Http.Tests;

public class OverrideFieldTests
{
    // Set by the server, or part of the path.
    private static readonly string[] NotShown = [nameof(Override.Version)];
    private static readonly string[] NotRead =
        [nameof(Override.Version), nameof(Override.Account), nameof(Override.Policy), nameof(Override.Limit), nameof(Override.SetAt)];

    [Fact]
    public void Every_property_of_an_override_is_shown()
    {
        string plain = Json(AnyOverride.Plain);

        Assert.Equal(NotShown, AnyOverride.Changes.Where(each => Json(each.Changed) == plain).Select(each => each.Property));
    }

    [Fact]
    public void A_property_that_is_shown_can_be_set()
    {
        foreach ((string property, Override changed) in AnyOverride.Changes.Where(each => !NotRead.Contains(each.Property)))
        {
            JsonObject shown = JsonNode.Parse(Json(changed))!.AsObject();
            JsonObject body = new(shown.Where(field => OverrideField.All.Any(each => each.Name == field.Key && each.Read is not null))
                .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
            Override read = AnyOverride.Plain;
            Assert.Null(OverrideReader.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body.ToJsonString())), ref read));
            Assert.True(Json(changed) == Json(read), property);
        }
    }

    private static string Json(Override entry) => JsonSerializer.Serialize(new OverrideResponse(entry), ResponseJsonContext.Default.OverrideResponse);
}
