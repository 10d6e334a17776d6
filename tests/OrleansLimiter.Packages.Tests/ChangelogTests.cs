using System.Text.RegularExpressions;

namespace OrleansLimiter.Packages.Tests;

public partial class ChangelogTests
{
    [Fact]
    public void The_version_of_the_packages_is_the_newest_of_the_changelog() =>
        Assert.Equal(Repository.Version, VersionHeading().Match(Repository.Read("CHANGELOG.md")).Groups[1].Value);

    [GeneratedRegex(@"^## \[(\d+\.\d+\.\d+)\]", RegexOptions.Multiline)]
    private static partial Regex VersionHeading();
}
