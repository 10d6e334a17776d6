using System.Runtime.CompilerServices;
using OrleansLimiter;
using OrleansLimiter.AspNetCore;
using OrleansLimiter.Decisions;

// As in the templates `web` and `webapiaot`. A native program has only the second one.
var builder = RuntimeFeature.IsDynamicCodeSupported ? WebApplication.CreateBuilder(args) : WebApplication.CreateSlimBuilder(args);
LimiterBuilder limiter = builder.Services.AddOrleansLimiter(options =>
{
    options.Policies.Add("policies");
    options.OverridesFile = "overrides.json";
});
if (builder.Configuration["Remote"] is { } remote)
{
    limiter.UseRemote(options =>
    {
        options.Addresses.Add(remote);
        options.Deadline = TimeSpan.FromSeconds(10); // the machine of a test can be busy
    });
}

if (builder.Configuration["Problems"] == "true")
{
    builder.Services.AddProblemDetails();
}

var app = builder.Build();
app.UseOrleansLimiter();

app.MapGet("/orders/{id}", (string id) => $"order {id}\n").RequireLimit("shop");
app.MapGet("/reports", () => "a report\n").RequireLimit("reports/merchant", cost: 2);
app.MapGet("/usage", (HttpContext context) =>
{
    RateLimitReading reading = context.Features.Get<IRateLimitFeature>()!.Readings[0];
    return $"{reading.Policy}/{reading.Limit}: {reading.Remaining} of {reading.Permits}\n";
}).RequireLimit("shop");
app.MapPut("/merchants/{name}/permits/{permits}", async (string name, int permits, IOverrides overrides) =>
{
    OverrideReply reply = await overrides.SetAsync(new()
    {
        Account = new(AccountKind.Id, name),
        Policy = "shop",
        Limit = "merchant",
        Permits = permits,
        Note = "a test",
    });
    return reply.Error?.Message ?? "set\n";
});
app.Run();
