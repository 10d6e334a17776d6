namespace OrleansLimiter.Policies;

/// <summary>Gathers what is wrong with one file.</summary>
internal sealed class PolicyErrorList(string file)
{
    /// <summary>More than anybody reads; it keeps a hostile file from filling memory and logs.</summary>
    public const int MaxErrors = 500;

    private readonly List<PolicyError> _errors = [];
    private readonly List<PolicyError> _warnings = [];

    /// <summary>How many were found, the dropped ones too; two readings tell whether a part was sound.</summary>
    public int Count { get; private set; }

    public void Add(Mark at, string message)
    {
        Count++;
        if (_errors.Count < MaxErrors)
        {
            _errors.Add(new(file, at.Line, at.Column, message));
        }
    }

    /// <summary>Reports a word that is not known, with advice.</summary>
    public void AddUnknown(Mark at, string message, string found, IReadOnlyCollection<string> known) =>
        Add(at, _errors.Count < MaxErrors ? $"{message}; {Suggestion.For(found, known)}" : message);

    public void Warn(Mark at, string message) => _warnings.Add(new(file, at.Line, at.Column, message));

    public PolicyReadResult Result(PolicyDefinition? policy)
    {
        var errors = InOrder(_errors);
        if (Count > _errors.Count)
        {
            errors.Add(new(file, 0, 0, $"{Count - _errors.Count} more errors are not listed"));
        }

        return new(file, Count == 0 ? policy : null, errors, InOrder(_warnings));
    }

    private static List<PolicyError> InOrder(List<PolicyError> errors) =>
        [.. errors.OrderBy(error => error.Line).ThenBy(error => error.Column)];
}
