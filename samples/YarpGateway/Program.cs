using OrleansLimiter.AspNetCore;
using YarpGateway;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
builder.Services.AddOrleansLimiter(options => options.Policies.Add("../../policies/front.yaml"));

var app = builder.Build();
await using WebApplication backend = await Backend.StartAsync(app.Configuration);
app.UseOrleansLimiter();
app.MapReverseProxy();
app.Run();
