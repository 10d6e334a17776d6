namespace OrleansLimiter.Policies;

/// <summary>Gathers what is wrong with one file.</summary>
internal sealed class FaultList(string file)
{
    /// <summary>More than anybody reads; it keeps a hostile file from filling memory and logs.</summary>
    public const int MaxFaults = 500;

    private readonly List<PolicyFault> _faults = [];
    private readonly List<PolicyFault> _warnings = [];

    /// <summary>How many were found, the dropped ones too; two readings tell whether a part was sound.</summary>
    public int Count { get; private set; }

    public void Add(Mark at, string message)
    {
        Count++;
        if (_faults.Count < MaxFaults)
        {
            _faults.Add(new(file, at.Line, at.Column, message));
        }
    }

    /// <summary>Reports a word that is not known, with advice.</summary>
    public void AddUnknown(Mark at, string message, string found, IReadOnlyCollection<string> known) =>
        Add(at, _faults.Count < MaxFaults ? $"{message}; {Suggestion.For(found, known)}" : message);

    public void Warn(Mark at, string message) => _warnings.Add(new(file, at.Line, at.Column, message));

    public PolicyReadResult Result(PolicyDefinition? policy)
    {
        var faults = InOrder(_faults);
        if (Count > _faults.Count)
        {
            faults.Add(new(file, 0, 0, $"{Count - _faults.Count} more faults are not listed"));
        }

        return new(file, Count == 0 ? policy : null, faults, InOrder(_warnings));
    }

    private static List<PolicyFault> InOrder(List<PolicyFault> faults) =>
        [.. faults.OrderBy(fault => fault.Line).ThenBy(fault => fault.Column)];
}
