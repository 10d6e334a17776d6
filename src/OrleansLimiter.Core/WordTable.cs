namespace OrleansLimiter;

/// <summary>
/// The words for the values of a type in policy files, JSON and keys. Reading and writing use the same table. Creating a table throws
/// if a value of an enum is missing, or if a word or a value occurs twice.
/// </summary>
/// <typeparam name="T">The type; usually an enum.</typeparam>
public sealed class WordTable<T>
    where T : struct
{
    private readonly T[] _values;

    /// <summary>Creates a table.</summary>
    /// <param name="entries">Every value with its word, in the order in which messages list the words.</param>
    /// <exception cref="ArgumentException">A value of an enum is missing, or a word or a value is given twice.</exception>
    public WordTable(params (string Word, T Value)[] entries)
    {
        _values = [.. entries.Select(entry => entry.Value)];
        Words = [.. entries.Select(entry => entry.Word)];
        bool isComplete = !typeof(T).IsEnum || Enum.GetValuesAsUnderlyingType(typeof(T)).Cast<object>().All(HasWord);
        if (!isComplete || _values.Distinct().Count() < entries.Length || Words.Distinct().Count() < entries.Length)
        {
            throw new ArgumentException(
                $"each value of {typeof(T).Name} needs one word: found {string.Join(", ", entries)}", nameof(entries));
        }
    }

    /// <summary>The words, in the order of the table.</summary>
    public ImmutableArray<string> Words { get; }

    /// <summary>The value of the first word: the default of a policy file.</summary>
    public T First => _values[0];

    /// <summary>The word for a value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The table has no such value.</exception>
    public string this[T value] => Array.IndexOf(_values, value) is >= 0 and int index
        ? Words[index]
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"there is no word for this {typeof(T).Name}");

    /// <summary>Finds the value of a word; false if the table does not have the word. Words are case-sensitive.</summary>
    public bool TryGet(string? word, out T value)
    {
        int index = Words.IndexOf(word!);
        value = index < 0 ? default : _values[index];
        return index >= 0;
    }

    private bool HasWord(object number) => _values.Contains((T)Enum.ToObject(typeof(T), number));
}
