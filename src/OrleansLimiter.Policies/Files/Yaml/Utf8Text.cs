using System.Text;

namespace OrleansLimiter.Policies;

/// <summary>Decodes a file and refuses the characters that the YAML scanner handles wrongly.</summary>
internal static class Utf8Text
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(c => (char)c).Where(c => char.IsControl(c) && c is not ('\t' or '\n' or '\r')),
            '\uFEFF', '\uFFFE', '\uFFFF', RouteBraces.Open, RouteBraces.Close]);

    public static string? Read(ReadOnlySpan<byte> bytes, PolicyErrorList errors)
    {
        if (bytes.StartsWith("\uFEFF"u8))
        {
            bytes = bytes[3..];
        }

        if (FirstInvalid(bytes) is var invalid and >= 0)
        {
            var at = MarkAt(Encoding.UTF8.GetString(bytes[..invalid]));
            errors.Add(at, $"byte 0x{bytes[invalid]:X2} is not UTF-8; save the file as UTF-8");
            return null;
        }

        // The scanner reads a NUL as the end of the file and ignores what follows.
        string text = Encoding.UTF8.GetString(bytes);
        int control = text.AsSpan().IndexOfAny(Forbidden);
        if (control < 0)
        {
            return text;
        }

        errors.Add(MarkAt(text.AsSpan(0, control)), $"the character U+{(int)text[control]:X4} is not allowed in a policy; remove it");
        return null;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return -1;
        }

        int at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out int length) == OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }

    private static Mark MarkAt(ReadOnlySpan<char> before) =>
        new(before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
}
