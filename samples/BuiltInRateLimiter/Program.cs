using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using OrleansLimiter;
using OrleansLimiter.AspNetCore;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddRateLimiter(options => options.AddConcurrencyLimiter("one-report", limiter => limiter.PermitLimit = 1));
builder.Services
    .AddOrleansLimiter(options =>
    {
        options.Policies.Add("policies");
        options.GlobalPolicies.Add("shop");
        options.GiveBackRefused = true;
    })
    .UseBuiltInMiddleware();

var app = builder.Build();
app.UseRateLimiter();

// The limits of the policy `shop`, and one that only the built-in middleware has.
app.MapGet("/orders/{id}", (string id) => $"order {id}\n");
app.MapPost("/reports", async (Stream body) => $"a report of {(await new StreamReader(body).ReadToEndAsync()).Length} characters\n")
    .RequireRateLimiting("one-report");
app.MapGet("/health", () => "healthy\n").DisableRateLimiting();

// Calls of this app to another one, as many as the policy `supplier` allows.
using RateLimiter supplier = app.Services.GetRequiredService<PolicyRateLimiters>()
    .ForAccount(new() { Limits = "supplier", Account = new(AccountKind.Id, "shop") });
app.MapPost("/stock", async (CancellationToken cancellationToken) =>
{
    using RateLimitLease lease = await supplier.AcquireAsync(1, cancellationToken);
    return lease.IsAcquired ? "the supplier is asked\n"
        : lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) ? $"the supplier can be asked in {wait.TotalSeconds} s\n"
        : "the supplier cannot be asked\n";
});
app.Run();
