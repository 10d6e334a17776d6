using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace OrleansLimiter.Policies;

/// <summary>Reads the values of a policy's attributes, one after the other.</summary>
/// <param name="attributes">The attributes.</param>
/// <param name="empty">What an empty value counts as.</param>
internal sealed class AttributeReader(ImmutableArray<AttributeDefinition> attributes, EmptyValues empty)
{
    private readonly AttributeCombinations _combinations = new(attributes);

    // By attribute: whether its header may have a comma in a value that the policy does not know.
    private readonly bool[] _mayHaveCommas = [.. attributes.Select(attribute => attribute.Header is { } header && HeaderValues.MayHaveCommas(header))];

    /// <summary>The attributes, in the policy's order.</summary>
    public ImmutableArray<AttributeDefinition> Attributes { get; } = attributes;

    /// <summary>The place of an attribute; -1: the policy has none of that name.</summary>
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
    /// Takes a value over: a known one in the policy's spelling, an unknown one of a closed attribute as the default. One that
    /// does not count as sent is the default as well.
    /// </summary>
    /// <param name="values">What was read before; default at first.</param>
    /// <param name="index">The attribute's place.</param>
    /// <param name="value">Its value.</param>
    /// <param name="isHeader">Whether it comes from a header, in which a comma may have joined two values.</param>
    /// <param name="error">The error, to follow a name; null if there is none.</param>
    public bool TryRead(ref AttributeValuesRead values, int index, string value, bool isHeader, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (!IsGiven(value))
        {
            return true;
        }

        AttributeDefinition attribute = Attributes[index];
        int place = PlaceOf(attribute.OneOf, value);
        error = place >= 0 ? null
            : AttributeValues.Validate(value) ?? (isHeader && !_mayHaveCommas[index] && value.Contains(',') ? HeaderValues.Comma : null);
        if (error is not null)
        {
            return false;
        }

        if (attribute.IsClosed && place < 0)
        {
            values.Unknown++;
        }
        else if ((place < 0 ? value : attribute.OneOf[place]) != attribute.Default)
        {
            _combinations.Note(ref values.Noted, index, value, place);
        }

        return true;
    }

    /// <summary>The identity of an account with the values that were read.</summary>
    public RequestIdentity Identity(Account account, in AttributeValuesRead values) =>
        new(account, _combinations.Of(values.Noted), values.Unknown);

    // The exact spelling first: two known values may differ in case alone.
    private static int PlaceOf(ImmutableArray<string> oneOf, string value)
    {
        int place = oneOf.AsSpan().IndexOf(value);
        for (int i = 0; place < 0 && i < oneOf.Length; i++)
        {
            place = oneOf[i].Equals(value, StringComparison.OrdinalIgnoreCase) ? i : -1;
        }

        return place;
    }
}

/// <summary>What was read of one request's attributes.</summary>
internal struct AttributeValuesRead
{
    /// <summary>The values.</summary>
    public AttributeCombinations.Noted Noted;

    /// <summary>How many closed attributes have a value that they do not know.</summary>
    public int Unknown;
}
