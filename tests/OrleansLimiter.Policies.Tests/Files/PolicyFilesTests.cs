namespace OrleansLimiter.Policies.Tests;

public sealed class PolicyFilesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_file_gives_one_result_in_order()
    {
        _folder.Write("b.yaml", PolicyText.With(policy: "b"));
        _folder.Write("a.yaml", PolicyText.With(policy: "a"));

        var results = PolicyReader.ReadFiles([_folder.Path("b.yaml"), _folder.Path("a.yaml")]);

        Assert.Equal(["b", "a"], results.Select(result => result.Policy?.Name));
        Assert.Equal([_folder.Path("b.yaml"), _folder.Path("a.yaml")], results.Select(result => result.File));
    }

    [Fact]
    public void A_name_in_two_files_is_refused_in_the_second_even_with_other_errors()
    {
        _folder.Write("a.yaml", PolicyText.With(generation: "0"));
        _folder.Write("b.yaml", PolicyText.With(generation: "0"));

        var results = PolicyReader.ReadFiles([_folder.Path("a.yaml"), _folder.Path("b.yaml")]);

        string range = "generation is '0'; a whole number from 1 to 2147483647 is expected";
        Assert.Equal([$"{_folder.Path("a.yaml")}:2:13: {range}"], Texts(results[0]));
        Assert.Equal(
            [
                $"{_folder.Path("b.yaml")}:1:9: the policy 'p' is in {_folder.Path("a.yaml")} already; one policy has one file",
                $"{_folder.Path("b.yaml")}:2:13: {range}",
            ],
            Texts(results[1]));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error_without_an_exception()
    {
        Directory.CreateDirectory(_folder.Path("folder.yaml"));
        using (var large = File.Create(_folder.Path("large.yaml")))
        {
            large.SetLength(10 * 1024 * 1024);
        }

        string[] paths = [_folder.Path("missing.yaml"), _folder.Path("folder.yaml"), _folder.Path("large.yaml"), _folder.Path("a/b.yaml"), "a\0b", ""];

        Assert.Equal(
            [
                $"{paths[0]}: the file does not exist; check its name",
                $"{paths[1]}: this is a directory; give the files in it",
                $"{paths[2]}: the file has 10485760 bytes; at most 1048576 are read, so split it into several policies",
                $"{paths[3]}: the file does not exist; check its name",
            ],
            PolicyReader.ReadFiles(paths).Take(4).SelectMany(Texts));
        Assert.All(PolicyReader.ReadFiles(paths), result => Assert.Single(result.Errors));
    }

    [Fact]
    public void A_domain_of_an_earlier_policy_is_an_error()
    {
        string[] paths = [_folder.Path("a.yaml"), _folder.Path("b.yaml")];
        _folder.Write("a.yaml", PolicyText.With(policy: "edge"));
        _folder.Write("b.yaml", PolicyText.With(policy: "b", more: "rls: { domain: edge }\n"));

        Assert.Equal(
            [$"{paths[1]}:6:16: the domain 'edge' of rls is that of the policy 'edge' in {paths[0]} already; give each policy a domain of its own"],
            PolicyReader.ReadFiles(paths).SelectMany(Texts));
    }

    [Fact]
    public void An_endless_device_is_read_up_to_the_maximum_size()
    {
        if (!File.Exists("/dev/zero"))
        {
            return; // this system has no such device
        }

        Assert.Equal(
            ["/dev/zero: the file has 1048577 bytes; at most 1048576 are read, so split it into several policies"],
            Texts(Assert.Single(PolicyReader.ReadFiles(["/dev/zero"]))));
    }

    private static string[] Texts(PolicyReadResult result) => [.. result.Errors.Select(error => error.ToString())];
}
