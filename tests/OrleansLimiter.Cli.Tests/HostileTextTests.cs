using System.Text.Json;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Cli.Tests;

/// <summary>Text from files and callers cannot control the terminal, or change how a line is shown.</summary>
public sealed class HostileTextTests : IDisposable
{
    private const string Hostile = "a\e[2J\u009b\u202e\u2066\u2028\u2029\u200b\u0085z";
    private const string Shown = @"a\u001b[2J\u009b\u202e\u2066\u2028\u2029\u200b\u0085z";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_name_of_a_policy_file_is_escaped()
    {
        string file = _folder.Write($"{Hostile}.yaml", Policies.TwoAMinute);

        Ended valid = await CommandLine.RunAsync("validate", file);
        Ended json = await CommandLine.RunAsync("validate", "--json", file);

        Assert.Contains($"{Shown}.yaml: valid: policy shop", valid.Out);
        AssertSafe(valid, json);
        using var document = JsonDocument.Parse(json.Out);
        Assert.Equal(file, document.RootElement.GetProperty("policies")[0].GetProperty("file").GetString());
    }

    [Fact]
    public async Task Keys_and_values_of_an_invalid_policy_are_escaped()
    {
        string file = _folder.Write("a.yaml", $"policy: \"{Hostile.Replace("\e", "\\e").Replace("\u2028", "\\L").Replace("\u2029", "\\P").Replace("\u0085", "\\N").Replace("\u009b", "\\x9b")}\"\ngeneration: 1\n");

        Ended invalid = await CommandLine.RunAsync("validate", file);
        Ended json = await CommandLine.RunAsync("validate", "--json", file);
        Ended refused = await CommandLine.RunAsync("serve", "--policies", file);

        Assert.Contains(Shown, invalid.Out);
        Assert.Contains(Shown, refused.Error);
        AssertSafe(invalid, json, refused);
        using var document = JsonDocument.Parse(json.Out);
        Assert.False(document.RootElement.GetProperty("valid").GetBoolean());
    }

    [Fact]
    public async Task Arguments_are_escaped()
    {
        Ended url = await CommandLine.RunAsync("check", "--url", Hostile, "--account", "a", "--path", "/x");
        Ended word = await CommandLine.RunAsync("serve", Hostile);
        Ended overrides = await CommandLine.RunAsync(
            "serve", "--policies", _folder.Write("a.yaml", Policies.TwoAMinute), "--overrides", _folder.Write(Hostile, "damaged"));

        Assert.Contains(Shown, url.Error);
        Assert.Contains(Shown, word.Error);
        Assert.Contains(Shown, overrides.Error);
        AssertSafe(url, word, overrides);
    }

    private static void AssertSafe(params Ended[] all) => Assert.All(
        all, ended => Assert.DoesNotContain(ended.Out + ended.Error, c => c != '\n' && DisplayText.Escape(c.ToString()) != c.ToString()));
}
