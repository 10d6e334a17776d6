using System.Collections.Frozen;

namespace OrleansLimiter.Policies;

/// <summary>HTTP methods in the spelling of policies.</summary>
public static class MethodNames
{
    /// <summary>The maximum length of a method: 32 characters.</summary>
    public const int MaxLength = 32;

    /// <summary>The value that represents all methods that are not in <see cref="BuiltIn.Methods"/>.</summary>
    public const string Other = "OTHER";

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static readonly FrozenSet<string> KnownMethods = BuiltIn.Methods.ToFrozenSet();

    /// <summary>Converts a method to upper case, without a copy if it already is.</summary>
    /// <param name="method">An HTTP token of 1 to 32 characters (RFC 9110, section 5.6.2).</param>
    /// <param name="normal">The method in upper case.</param>
    /// <param name="error">The error, in one sentence; null if there is none.</param>
    public static bool TryNormalize(
        string method, [NotNullWhen(true)] out string? normal, [NotNullWhen(false)] out string? error)
    {
        if (KnownMethods.Contains(method))
        {
            (normal, error) = (method, null);
            return true;
        }

        if (method.Length is 0 or > MaxLength || method.AsSpan().ContainsAnyExcept(TokenCharacters))
        {
            normal = null;
            error = $"the method is not an HTTP method; give one of {string.Join(", ", BuiltIn.Methods[..^1])}, "
                + $"or another token of at most {MaxLength} letters";
            return false;
        }

        (normal, error) = (method.ToUpperInvariant(), null);
        return true;
    }

    /// <summary>Returns a method in upper case if it is in <see cref="BuiltIn.Methods"/>, otherwise <see cref="Other"/>.</summary>
    public static string KnownOrOther(string method) => KnownMethods.TryGetValue(method, out string? known) ? known : Other;
}
