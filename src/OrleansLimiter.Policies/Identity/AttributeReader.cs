namespace OrleansLimiter.Policies;

/// <summary>Reads the values of a policy's attributes.</summary>
internal sealed class AttributeReader(ImmutableArray<AttributeDefinition> attributes, EmptyValues empty)
{
    private readonly AttributeCombinations _combinations = new(attributes);

    // For each attribute: whether an unknown value in its header can contain a comma.
    private readonly bool[] _mayHaveCommas =
        [.. attributes.Select(attribute => attribute.Header is { } header && HeaderValues.MayHaveCommas(header))];

    /// <summary>The attributes, in the policy's order.</summary>
    public ImmutableArray<AttributeDefinition> Attributes { get; } = attributes;

    /// <summary>Returns the index of an attribute; -1 if the policy does not declare it.</summary>
    public int IndexOf(string name)
    {
        for (int i = 0; i < Attributes.Length; i++)
        {
            if (Attributes[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Whether a value counts as sent.</summary>
    public bool IsGiven([NotNullWhen(true)] string? value) => empty.IsGiven(value);

    /// <summary>
    /// Reads a value. A known value gets the policy's spelling. An unknown value of a closed attribute, or a value that does not count
    /// as sent, becomes the default.
    /// </summary>
    /// <param name="values">The values that were read before; default at first.</param>
    /// <param name="index">The index of the attribute.</param>
    /// <param name="value">The value that was sent.</param>
    /// <param name="isHeader">Whether it comes from a header, in which a comma can join two values.</param>
    /// <param name="error">The error, without the name of the field; null if there is none.</param>
    public bool TryRead(ref AttributeValuesRead values, int index, string value, bool isHeader, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (!IsGiven(value))
        {
            return true;
        }

        AttributeDefinition attribute = Attributes[index];
        int known = IndexOfValue(attribute.OneOf, value);
        error = known >= 0 ? null
            : AttributeValues.Validate(value) ?? (isHeader && !_mayHaveCommas[index] && value.Contains(',') ? HeaderValues.Comma : null);
        if (error is not null)
        {
            return false;
        }

        if (attribute.IsClosed && known < 0)
        {
            values.Unknown++;
        }
        else if ((known < 0 ? value : attribute.OneOf[known]) != attribute.Default)
        {
            _combinations.Add(ref values, index, value, known);
        }

        return true;
    }

    /// <summary>Returns the identity of an account with the values that were read.</summary>
    public RequestIdentity Identity(Account account, in AttributeValuesRead values) =>
        new(account, _combinations.Get(values), values.Unknown);

    // The exact spelling takes precedence: two known values can differ only in case.
    private static int IndexOfValue(ImmutableArray<string> oneOf, string value)
    {
        int index = oneOf.AsSpan().IndexOf(value);
        for (int i = 0; index < 0 && i < oneOf.Length; i++)
        {
            index = oneOf[i].Equals(value, StringComparison.OrdinalIgnoreCase) ? i : -1;
        }

        return index;
    }
}
