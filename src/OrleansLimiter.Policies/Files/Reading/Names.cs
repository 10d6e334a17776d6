namespace OrleansLimiter.Policies;

/// <summary>The alphabets of names. All names have 1 to 64 characters.</summary>
internal sealed class Names(string alphabet, string description)
{
    private const int MaxLength = 64;
    private const string LowerCase = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const string Letters = LowerCase + "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private readonly SearchValues<char> _alphabet = SearchValues.Create(alphabet);

    public static Names Policy { get; } = new(LowerCase + "-", "lower-case letters, digits and '-'");

    public static Names Attribute { get; } = new(LowerCase + "-_", "lower-case letters, digits, '-' and '_'");

    public static Names Endpoint { get; } = new(Letters + "-_.", "letters, digits, '-', '_' and '.'");

    public static Names Limit { get; } = new(Letters + "-_", "letters, digits, '-' and '_'");

    public static Names Parameter => Limit;

    public static Names IdPrefix => Limit;

    /// <summary>Returns the error of a name; null if it is valid.</summary>
    public string? Validate(string name) => name.Length is 0 or > MaxLength || name.AsSpan().ContainsAnyExcept(_alphabet)
        ? $"1 to {MaxLength} of {description} are expected"
        : null;

    /// <summary>Reads a name. Returns null if it is invalid or missing.</summary>
    public string? Read(YamlNode? node, string what, PolicyErrorList errors)
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
