namespace OrleansLimiter.Policies;

/// <summary>
/// The attribute values of requests. The values of closed attributes form a number, and each number has one array that all
/// requests share. Only values of open attributes need an array for the request.
/// </summary>
internal sealed class AttributeCombinations
{
    // If a policy has more combinations, each request gets its own array.
    private const int MaxShared = 1_024;

    private readonly ImmutableArray<AttributeDefinition> _attributes;
    private readonly int[] _strides;
    private readonly string?[]?[] _shared;

    public AttributeCombinations(ImmutableArray<AttributeDefinition> attributes)
    {
        _attributes = attributes;
        _strides = new int[attributes.Length];
        int size = 1;
        for (int i = 0; i < attributes.Length && size > 0; i++)
        {
            _strides[i] = size;
            size *= attributes[i].OneOf.Length + 1;
            size = size > MaxShared ? 0 : size;
        }

        _shared = new string?[]?[size];
    }

    /// <summary>Adds a value that is not the default.</summary>
    /// <param name="values">The values that were added before; default at first.</param>
    /// <param name="attribute">The index of the attribute.</param>
    /// <param name="value">The value, used if the combination has no shared array.</param>
    /// <param name="index">The index of the value in <c>one-of</c>; -1 for an open attribute.</param>
    public void Add(ref AttributeValuesRead values, int attribute, string value, int index)
    {
        if (index >= 0 && _shared.Length > 0)
        {
            values.Number += (index + 1) * _strides[attribute];
        }
        else
        {
            values.Own ??= new string?[_attributes.Length];
            values.Own[attribute] = value;
        }
    }

    /// <summary>Returns the values in the order of the definition; null if none was added.</summary>
    public string?[]? Get(in AttributeValuesRead values)
    {
        if (values.Number == 0)
        {
            return values.Own;
        }

        // Two threads can both create the array of a number. Both arrays are equal.
        return values.Own is null
            ? _shared[values.Number] ??= Fill(new string?[_attributes.Length], values.Number)
            : Fill(values.Own, values.Number);
    }

    private string?[] Fill(string?[] values, int number)
    {
        for (int i = 0; i < values.Length; i++)
        {
            ImmutableArray<string> oneOf = _attributes[i].OneOf;
            int index = (number / _strides[i] % (oneOf.Length + 1)) - 1;
            if (index >= 0)
            {
                values[i] = oneOf[index];
            }
        }

        return values;
    }
}

/// <summary>The attribute values that were read from one request.</summary>
internal struct AttributeValuesRead
{
    /// <summary>The number of the combination of closed attributes; 0 if all have their default.</summary>
    public int Number;

    /// <summary>The values that are not part of <see cref="Number"/>.</summary>
    public string?[]? Own;

    /// <summary>How many closed attributes have an unknown value.</summary>
    public int Unknown;
}
