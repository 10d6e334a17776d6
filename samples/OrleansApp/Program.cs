using OrleansApp;
using OrleansLimiter.AspNetCore;
using OrleansLimiter.Cluster;
using OrleansLimiter.Grains;

var builder = WebApplication.CreateBuilder(args);
builder.UseOrleans(silo => silo.AddLimiterGrains());
builder.Services.AddOrleansLimiter(options => options.Policies.Add("policies/carts.yaml"))
    .UseCluster(builder.Configuration.GetSection("Limiter").Bind);

var app = builder.Build();
app.UseOrleansLimiter();

app.MapPost("/carts/{id}/items", async (string id, IGrainFactory grains) => $"{await grains.GetGrain<ICartGrain>(id).AddAsync()} items\n");
app.MapHealthChecks("/readyz").DisableLimits();
app.Run();
