using System.Diagnostics;

namespace OrleansLimiter.Grpc.Tests;

/// <summary>Clients whose code and messages the limiter does not share.</summary>
public class IndependentClientTests
{
    private static readonly string[] Requests =
    [
        """{"domain":"things","descriptors":[{"entries":[{"key":"account","value":"a"}]}]}""",
        """{"domain":"things","hits_addend":3,"descriptors":[{"entries":[{"key":"account","value":"b"},{"key":"path","value":"/things"}]}]}""",
        """{"domain":"things","descriptors":[{"entries":[{"key":"account","value":"a"}]},{"entries":[{"key":"account","value":"b"}]}]}""",
        """{"domain":"none","descriptors":[{"entries":[{"key":"account","value":"a"}]}]}""",
        """{"domain":"things","descriptors":[{"entries":[{"key":"account","value":"a"}],"limit":{"requests_per_unit":9,"unit":"DAY"}}]}""",
        """{"domain":"things","hits_addend":4294967295,"descriptors":[{"entries":[{"key":"account","value":"a"}]}]}""",
        """{"domain":"things","descriptors":[{"entries":[{"key":"account","value":"a"}]}]}""",
    ];

    private static readonly string[] Answers =
    [
        "OK|OK account 3 MINUTE 2 60|X-Remaining: 2|X-Who: a|",
        "OK|OK account 3 MINUTE 0 60|X-Remaining: 0|X-Who: b|",
        "OVER_LIMIT|OK account 3 MINUTE 2 60|OVER_LIMIT account 3 MINUTE 0 60|X-Remaining: 0|X-Who: b|Retry-After: 60|Content-Type: application/json|"
            + """{"message":"slow down"}""",
        "5 no policy has the domain 'none'; known are things",
        "3 descriptors[0]: it has a limit, but no limit of the policy has 'descriptor-limit: allow'; leave it out, or allow it there",
        "3 descriptors[0]: hits_addend is 4294967295; at most 2147483647 are expected",
        "OK|OK account 3 MINUTE 1 60|X-Remaining: 1|X-Who: a|",
    ];

    [Fact]
    public async Task Grpc_js_with_the_protos_of_its_xds_package_gets_the_same_answers()
    {
        string modules = Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME")
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "orleans-limiter", "grpc", "node_modules");
        if (!Directory.Exists(Path.Combine(modules, "@grpc", "grpc-js-xds")))
        {
            Assert.Skip($"@grpc/grpc-js is not installed (npm install --prefix {Path.GetDirectoryName(modules)} @grpc/grpc-js @grpc/grpc-js-xds)");
        }

        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Things);
        Assert.Equal(Answers, await RunAsync("node", Script("rls.js"), modules, host.Grpc.Authority));
    }

    [Fact]
    public async Task Python_grpcio_with_messages_declared_by_number_gets_the_same_answers()
    {
        const string Python = "/usr/bin/python3";
        if (!Directory.Exists("/usr/lib/python3/dist-packages/grpc"))
        {
            Assert.Skip("grpcio is not installed (Debian: apt-get install python3-grpcio)");
        }

        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Things);
        Assert.Equal(Answers, await RunAsync(Python, Script("rls.py"), host.Grpc.Authority));
    }

    private static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "Clients", name);

    private static async Task<string[]> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        foreach (string request in Requests)
        {
            await process.StandardInput.WriteLineAsync(request);
        }

        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return output.TrimEnd('\n').Split('\n');
    }
}
