using OrleansLimiter.AspNetCore;
using OrleansLimiter.Cluster;

var builder = WebApplication.CreateBuilder(args);
builder.UseOrleansClient();
builder.Services.AddOrleansLimiter(options => options.Policies.Add("policies/shop.yaml"))
    .UseCluster(builder.Configuration.GetSection("Limiter").Bind);

var app = builder.Build();
app.UseOrleansLimiter();

app.MapGet("/orders/{id}", (string id) => $"order {id}\n");
app.MapHealthChecks("/readyz").DisableLimits();
app.Run();
