using FsCheck;
using FsCheck.Fluent;

namespace OrleansLimiter.Policies.Tests;

/// <summary>Paths of malicious parts and of the words of routes.</summary>
internal static class AnyPath
{
    private static readonly string[] Pieces =
    [
        "/", "/", "/", "/", "//", "/.", "/..", "/%2e", "/%2E%2e", ".", "..", "...", ";", "%3B", "..;", "%3F", "%23", "%25", "%2525",
        "%252e", "%253B", "%25%32%65", "%252525252e", "%25C3%25A9", "%25\u200B41", "\u200B", "%EF%BB%BF", "%25E2%2580%258B", "\uFE0F",
        "%C2%A0", "%252520", "ſ", "İ", "ẞ", ".json",
        "%C3%A9", "%c3%a9", "é", "%F0%9F%98%80", "😀", " ", "%20", "+", "*", "**", "%2A", "{id}", "%7Bid%7D", ";v=1", ":", "@",
        "a", "A", "b", "%61", "%41", "v1", "V1", "customers", "7", "42", "~", "%7E", "\"", "<", "[", "]", "^", "`", "|", "Ω", "%E2%84%AA",
    ];

    private static readonly string[] Poison =
    [
        "\\", "%2F", "%2f%5C", "%252F", "%25255c", "%2500", "%25C3", "%25252525252525252541", "?", "#", "%", "%2", "%zz", "%C3", "%A9", "\uD83D", "\uDE00", "%ED%A0%80", "%C0%AF", "%00", "%7F", "\u0001", "\u007F", "\u0085", "%C2%85",
    ];

    private static readonly string[] Beginnings = ["/", "/", "/", "/", "/v1/", "", "http://h", "HTTPS://h:8080/", "https://", "http:///", "ftp://h/"];

    /// <summary>Paths of which about half have a normal form.</summary>
    public static Arbitrary<string> Hostile() => (
        from beginning in Gen.Elements(Beginnings)
        from poison in Gen.Elements(Poison.Concat(Enumerable.Repeat("", Poison.Length)))
        from before in Gen.Elements(Pieces).ListOf()
        from after in Gen.Elements(Pieces).ListOf()
        select beginning + string.Concat(before) + poison + string.Concat(after)).ToArbitrary();

    /// <summary>All values of <c>paths</c> of a policy, with the same probability.</summary>
    public static Arbitrary<PathsDefinition> Options() => (
        from parameters in Gen.Elements(Enum.GetValues<PathParameters>())
        from casing in Gen.Elements(Enum.GetValues<PathCasing>())
        from slash in Gen.Elements(Enum.GetValues<EncodedSlash>())
        from doubled in Gen.Elements(Enum.GetValues<DoubleEncoding>())
        from suffix in Gen.Elements(Enum.GetValues<PathSuffix>())
        select new PathsDefinition
        {
            Parameters = parameters, Case = casing, EncodedSlash = slash, DoubleEncoding = doubled, Suffix = suffix,
        }).ToArbitrary();

    /// <summary>Valid paths of few words, so that routes match often.</summary>
    public static Gen<string> OfWords(string[] words) =>
        from pieces in Gen.Elements(words).ListOf()
        select "/" + string.Join('/', pieces.Take(6));
}
