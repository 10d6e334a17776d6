using System.Collections.Frozen;

namespace OrleansLimiter.Policies;

/// <summary>HTTP methods in the one spelling that policies use.</summary>
public static class MethodNames
{
    /// <summary>The length that no registered method comes near; longer ones are refused.</summary>
    public const int MaxLength = 32;

    /// <summary>What stands for every method that <see cref="BuiltIn.Methods"/> does not name.</summary>
    public const string Other = "OTHER";

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static readonly FrozenSet<string> KnownMethods = BuiltIn.Methods.ToFrozenSet();

    /// <summary>Brings a method to upper case; without a copy where it is so already.</summary>
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
            (normal, error) = (null,
                $"the method is not an HTTP method; give one of {string.Join(", ", BuiltIn.Methods[..^1])}, or another token of at most {MaxLength} letters");
            return false;
        }

        (normal, error) = (method.ToUpperInvariant(), null);
        return true;
    }

    /// <summary>The method itself where <see cref="BuiltIn.Methods"/> names it, else <see cref="Other"/>.</summary>
    /// <param name="method">A method in upper case.</param>
    public static string KnownOrOther(string method) => KnownMethods.TryGetValue(method, out string? known) ? known : Other;
}
