namespace OrleansLimiter.Packages.Tests;

/// <summary>The readmes of the packages, whose code works as pasted.</summary>
public class ReadmeTests(PackedPackages packages)
{
    [Fact]
    public async Task A_new_web_app_with_the_package_and_the_code_of_its_readme_enforces_the_policy()
    {
        using var folder = new AppFolder(packages);
        await folder.DotNetAsync("new", "web", "--output", ".", "--name", "Shop", "--no-restore");
        await folder.DotNetAsync("add", "package", "OrleansLimiter.AspNetCore", "--version", packages.Version, "--no-restore");
        folder.Write("Program.cs", Readme.Of("AspNetCore").Code("csharp"));
        folder.Write("policies/shop.yaml", Readme.Of("AspNetCore").Code("yaml"));

        await using RunningApp app = await RunningApp.StartAsync(folder.Root, "dotnet", "run", "--no-launch-profile");
        using HttpResponseMessage first = await app.GetAsync("/", "m_1");
        await app.GetAsync("/", "m_1");
        using HttpResponseMessage third = await app.GetAsync("/", "m_1");

        Assert.Equal("Hello World!", await first.Content.ReadAsStringAsync());
        Assert.Equal("2", Header(first, "X-RateLimit-Limit"));
        Assert.Equal("1", Header(first, "X-RateLimit-Remaining"));
        Assert.Equal(429, (int)third.StatusCode);
        Assert.Equal("0", Header(third, "X-RateLimit-Remaining"));
        Assert.InRange(int.Parse(Header(third, "Retry-After")), 1, 60);
    }

    [Fact]
    public async Task The_code_of_all_readmes_compiles_with_their_packages()
    {
        using var folder = new AppFolder(packages);
        folder.Write("Readmes.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Library</OutputType>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                {string.Concat(Readme.Libraries.Select(name =>
                    $"<PackageReference Include=\"OrleansLimiter.{name}\" Version=\"{packages.Version}\" />"))}
              </ItemGroup>
            </Project>
            """);
        foreach (string name in Readme.Libraries)
        {
            folder.Write($"{name}Readme.cs", Readme.Of(name).AsMethod(name));
        }

        string output = await folder.DotNetAsync("build");

        Assert.Contains(" 0 Error(s)", output);
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();
}
