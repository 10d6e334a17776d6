namespace OrleansLimiter.Policies;

/// <summary>Collects the errors and warnings of one file.</summary>
internal sealed class PolicyErrorList(string file)
{
    /// <summary>The maximum number of listed errors: 500. It bounds the memory and the log output of a hostile file.</summary>
    public const int MaxErrors = 500;

    private readonly List<PolicyError> _errors = [];
    private readonly List<PolicyError> _warnings = [];

    /// <summary>
    /// The number of errors, including those that are not listed. Callers compare it before and after a section to find whether the
    /// section is valid.
    /// </summary>
    public int Count { get; private set; }

    public void Add(Mark at, string message)
    {
        Count++;
        if (_errors.Count < MaxErrors)
        {
            _errors.Add(new(file, at.Line, at.Column, message));
        }
    }

    /// <summary>Adds an error for an unknown word, with a suggestion.</summary>
    public void AddUnknown(Mark at, string message, string found, IReadOnlyCollection<string> known) =>
        Add(at, _errors.Count < MaxErrors ? $"{message}; {Suggestion.For(found, known)}" : message);

    public void Warn(Mark at, string message) => _warnings.Add(new(file, at.Line, at.Column, message));

    public PolicyReadResult Result(PolicyDefinition? policy)
    {
        var errors = Sorted(_errors);
        if (Count > _errors.Count)
        {
            errors.Add(new(file, 0, 0, $"{Count - _errors.Count} more errors are not listed"));
        }

        return new(file, Count == 0 ? policy : null, errors, Sorted(_warnings));
    }

    private static List<PolicyError> Sorted(List<PolicyError> errors) =>
        [.. errors.OrderBy(error => error.Line).ThenBy(error => error.Column)];
}
