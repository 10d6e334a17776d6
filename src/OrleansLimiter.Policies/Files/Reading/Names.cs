using System.Buffers;

namespace OrleansLimiter.Policies;

/// <summary>The alphabets of names, all 1 to 64 characters long.</summary>
internal sealed class Names
{
    private const int MaxLength = 64;
    private const string LowerCase = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const string Letters = LowerCase + "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private readonly SearchValues<char> _alphabet;
    private readonly string _description;

    private Names(string alphabet, string description)
    {
        _alphabet = SearchValues.Create(alphabet);
        _description = description;
    }

    public static Names Policy { get; } = new(LowerCase + "-", "lower-case letters, digits and '-'");

    public static Names Attribute { get; } = new(LowerCase + "-_", "lower-case letters, digits, '-' and '_'");

    public static Names Endpoint { get; } = new(Letters + "-_.", "letters, digits, '-', '_' and '.'");

    public static Names Limit { get; } = new(Letters + "-_", "letters, digits, '-' and '_'");

    public static Names Parameter { get; } = Limit;

    public static Names IdPrefix { get; } = Limit;

    /// <summary>The error; null if there is none.</summary>
    public string? Validate(string name) =>
        name.Length is 0 or > MaxLength || name.AsSpan().ContainsAnyExcept(_alphabet)
            ? $"1 to {MaxLength} of {_description} are expected"
            : null;

    /// <summary>A name, or null and an error.</summary>
    public string? Read(YamlNode node, string what, PolicyErrorList errors)
    {
        if (Nodes.Text(node, what, errors) is not { } scalar)
        {
            return null;
        }

        if (Validate(scalar.Value) is not { } error)
        {
            return scalar.Value;
        }

        errors.Add(scalar.At, $"{what} is {Quoted.Of(scalar.Value)}; {error}");
        return null;
    }
}
