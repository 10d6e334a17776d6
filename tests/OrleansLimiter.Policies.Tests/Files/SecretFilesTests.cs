using System.Text;

namespace OrleansLimiter.Policies.Tests;

/// <summary>A link in the folder of policies can lead to any file. Errors do not show its content.</summary>
public class SecretFilesTests
{
    public static TheoryData<string, string> Files => new()
    {
        { "shadow", "root:$6$Secret1$Secret2/Secret3:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\n" },
        { "one line", "Secret1\n" },
        { "an assignment", "DB_PASSWORD=Secret1\nTOKEN=Secret2\n" },
        { "PEM", "-----BEGIN PRIVATE KEY-----\nSecret1/Secret2+Secret3==\n-----END PRIVATE KEY-----\n" },
        { "JSON", """{"Secret1":"Secret2","policy":{"Secret3":1},"list":["Secret4"]}""" },
        { "JSON that ends early", """{"Secret1":"Secret2","x":""" },
        { "JSON twice", """{"Secret1":1,"Secret1":2}""" },
        { "YAML", "Secret1: Secret2\nSecret1: Secret3\n" },
        { "YAML of another kind", "apiVersion: v1\nkind: Secret1\nlimits: Secret2\n" },
        { "a list", "- Secret1\n- Secret2: Secret3\n" },
        { "an alias", "*Secret1\n" },
        { "an anchor", "a: &Secret1 b\n" },
        { "a tag", "a: !Secret1 b\nb: !<Secret2> c\nc: !Secret3!x d\n" },
        { "a directive", "%Secret1 Secret2\n---\na\n" },
        { "directives", "%TAG !Secret1! Secret2:\n%TAG !Secret1! Secret3:\n---\na\n" },
        { "an escape", "\"a \\Secret1\"\n" },
        { "quotes", "'Secret1' Secret2\n" },
        { "a tab", "a:\n\tSecret1: b\n" },
        { "two documents", "Secret1\n---\nSecret2\n" },
        { "a key", "? [Secret1]\n: Secret2\n" },
        { "a block", "|Secret1\n Secret2\n" },
        { "an INI file", "[Secret1]\nkey = Secret2\n[Secret3]\n" },
        { "a script", "#!/bin/sh\nexport A=\"Secret1\" && curl -u Secret2: https://x\n" },
        { "a hash", "@Secret1\n`Secret2`\n" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Errors_quote_nothing_of_a_file_that_is_no_policy(string kind, string content)
    {
        PolicyReadResult result = PolicyReader.Read("linked.yaml", Encoding.UTF8.GetBytes(content));

        Assert.Null(result.Policy);
        Assert.NotEmpty(result.Errors);
        Assert.All(result.Errors, error => Assert.DoesNotContain("Secret", error.ToString(), StringComparison.OrdinalIgnoreCase));
        Assert.True(kind.Length > 0);
    }

    [Fact]
    public void The_error_of_a_file_that_is_no_policy_says_what_a_policy_is() => Assert.Equal(
        ["a.yaml:1:1: this file is not a policy; a policy begins with 'policy:' and its name"],
        PolicyReader.Read("a.yaml", "root:x:0:0\n"u8.ToArray()).Errors.Select(error => error.ToString()));
}
