namespace OrleansLimiter.Policies;

/// <summary>The absolute form of a request target (RFC 9112, section 3.2.2), which some proxies forward.</summary>
internal static class AbsoluteForm
{
    private static readonly SearchValues<char> AuthorityCharacters = SearchValues.Create(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~!$&'()*+,;=:@[]%");

    /// <summary>Removes scheme and host. The rest is empty or begins with <c>/</c>, <c>?</c> or <c>#</c>.</summary>
    public static bool TryCut(ref ReadOnlySpan<char> target, [NotNullWhen(false)] out string? error)
    {
        int scheme = target.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? "http://".Length
            : target.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? "https://".Length
            : 0;
        if (scheme == 0)
        {
            error = "the path does not begin with /; give a path such as /v1/things, or an absolute http or https URI";
            return false;
        }

        ReadOnlySpan<char> rest = target[scheme..];
        int end = rest.IndexOfAny('/', '?', '#');
        ReadOnlySpan<char> authority = end < 0 ? rest : rest[..end];
        if (authority.IsEmpty || authority.ContainsAnyExcept(AuthorityCharacters))
        {
            error = "the absolute URI has no valid host; give one such as https://shop.example.com/v1/things, or the path alone";
            return false;
        }

        target = end < 0 ? [] : rest[end..];
        error = null;
        return true;
    }
}
