using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>The responses of requests that are allowed or refused.</summary>
public class HeaderTests
{
    // aspnetcore #44140
    [Fact]
    public async Task A_success_has_the_headers_of_the_policy()
    {
        await using TestApp app = await TestApp.StartAsync(new());

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("1", await response.Content.ReadAsStringAsync());
        Assert.Equal("3", response.Headers.GetValues("X-Limit").Single());
        Assert.Equal("2", response.Headers.GetValues("X-Remaining").Single());
        Assert.False(response.Headers.Contains("Retry-After"));
    }

    [Fact]
    public async Task A_refusal_has_the_status_the_headers_and_the_body_of_the_policy()
    {
        await using TestApp app = await TestApp.StartAsync(new());
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(200, await app.StatusAsync("GET", $"/things/{i}"));
        }

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/4");

        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal("0", response.Headers.GetValues("X-Remaining").Single());
        Assert.Equal("60", response.Headers.GetValues("Retry-After").Single());
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("slow down, a", await response.Content.ReadAsStringAsync());
    }

    // aspnetcore #52411
    [Fact]
    public async Task A_sliding_window_has_an_exact_retry_after()
    {
        await using TestApp app = await TestApp.StartAsync(new());
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
        app.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
        app.Time.Advance(TimeSpan.FromSeconds(3));

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal("3", response.Headers.GetValues("Retry-After").Single());
        app.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
    }

    [Fact]
    public async Task A_refusal_without_a_body_is_described_by_the_problem_details_of_the_app()
    {
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Policies = [TestPolicies.Users],
            Services = services => services.AddProblemDetails(),
        });
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("the limit 'user' of the policy 'users' is exceeded", problem.RootElement.GetProperty("detail").GetString());
        Assert.Equal("user", problem.RootElement.GetProperty("limit").GetString());
    }

    [Fact]
    public async Task The_problem_type_that_a_policy_chooses_comes_before_the_problem_details_of_the_app()
    {
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Policies = [TestPolicies.Users.Replace("  denied:\n", "  denied:\n    problem-details: draft-10\n", StringComparison.Ordinal)],
            Services = services => services.AddProblemDetails(),
        });
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            """{"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Quota Exceeded","violated-policies":["user"]}""",
            await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_refusal_without_a_body_is_empty_in_an_app_without_problem_details()
    {
        await using TestApp app = await TestApp.StartAsync(new() { Policies = [TestPolicies.Users] });
        await app.StatusAsync("GET", "/things/1");
        await app.StatusAsync("GET", "/things/1");

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_error_page_does_not_count_a_request_twice()
    {
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Before = app => app.UseExceptionHandler("/error"),
            Map = app =>
            {
                app.MapGet("/fail", string () => throw new InvalidOperationException());
                app.MapGet("/error", () => "an error page");
                app.MapGet("/read", () => "");
            },
        });

        Assert.Equal(500, await app.StatusAsync("GET", "/fail"));

        using HttpResponseMessage response = await app.SendAsync("GET", "/read");
        Assert.Equal("1", response.Headers.GetValues("X-Remaining").Single());
    }

    [Fact]
    public async Task An_app_can_write_the_response_of_a_refusal_itself()
    {
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Policies = [TestPolicies.Routes],
            Configure = options => options.OnDecision = (context, feature) =>
            {
                if (!feature.Allowed)
                {
                    context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                    context.Response.StartAsync().GetAwaiter().GetResult();
                }
            },
        });

        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
        Assert.Equal(503, await app.StatusAsync("GET", "/things/1"));
    }
}
