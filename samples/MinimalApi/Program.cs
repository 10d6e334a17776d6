using OrleansLimiter.AspNetCore;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOrleansLimiter(options => options.Policies.Add("policies/shop.yaml"));

var app = builder.Build();
app.UseOrleansLimiter();

app.MapGet("/orders/{id}", (string id) => $"order {id}\n");
app.MapPost("/reports", () => "a report\n").RequireLimit("shop/merchant", cost: 5);
app.MapGet("/health", () => "healthy\n").DisableLimits();
app.Run();
