using FsCheck;
using FsCheck.Fluent;

namespace OrleansLimiter.Policies.Tests.Matching;

/// <summary>Paths made of everything that is a trick, and of the words of routes.</summary>
internal static class AnyPath
{
    private static readonly string[] Pieces =
    [
        "/", "/", "/", "//", "/.", "/..", "/%2e", "/%2E%2e", ".", "%2F", "%2f", "%5C", "\\", "%3F", "?", "#", "%23", "%25", "%2525",
        "%", "%2", "%zz", "%C3%A9", "%c3%a9", "é", "%C3", "%A9", "%F0%9F%98%80", "😀", "\uD83D", "\uDE00", "%ED%A0%80", "%C0%AF",
        "%00", "%7F", "\u0001", "\u007F", "\u0085", "%C2%85", " ", "%20", "+", "*", "**", "%2A", "{id}", "%7Bid%7D", ";v=1", ":", "@",
        "a", "A", "b", "%61", "%41", "v1", "V1", "customers", "7", "42", "~", "%7E", "\"", "<", "[", "]", "^", "`", "|", "Ω", "%E2%84%AA",
    ];

    private static readonly string[] Beginnings = ["/", "/", "/", "/", "/v1/", "", "http://h", "HTTPS://h:8080/", "https://", "http:///", "ftp://h/"];

    public static Arbitrary<string> Hostile() => (
        from beginning in Gen.Elements(Beginnings)
        from pieces in Gen.Elements(Pieces).ListOf()
        select beginning + string.Concat(pieces)).ToArbitrary();

    /// <summary>Valid paths over few words, so that routes are hit often.</summary>
    public static Gen<string> OfWords(string[] words) =>
        from pieces in Gen.Elements(words).ListOf()
        select "/" + string.Join('/', pieces.Take(6));
}
