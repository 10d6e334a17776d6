using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>
/// The attribute values of requests. The values of closed attributes form a number, and each number has one array that all
/// requests share. Only values of open attributes need an array for the request.
/// </summary>
internal sealed class AttributeCombinations
{
    /// <summary>Combinations that are kept; where a policy has more, every array is made for its request.</summary>
    public const int MaxShared = 1_024;

    private readonly ImmutableArray<AttributeDefinition> _attributes;
    private readonly int[] _strides;
    private readonly string?[]?[] _shared;

    /// <summary>None yet: each is made when it first occurs.</summary>
    public AttributeCombinations(ImmutableArray<AttributeDefinition> attributes)
    {
        _attributes = attributes;
        _strides = new int[attributes.Length];
        int size = 1;
        for (int i = 0; i < attributes.Length; i++)
        {
            _strides[i] = size;
            size *= attributes[i].OneOf.Length + 1;
            if (size > MaxShared)
            {
                _strides.AsSpan().Clear();
                size = 0;
                break;
            }
        }

        _shared = new string?[]?[size];
    }

    /// <summary>Notes a value that is not the default.</summary>
    /// <param name="values">What was noted before; default at first.</param>
    /// <param name="attribute">The attribute's place.</param>
    /// <param name="value">The value; of a closed attribute, the place of the value in its definition counts.</param>
    /// <param name="place">The value's place in <c>one-of</c>; -1 for an open attribute.</param>
    public void Note(ref Noted values, int attribute, string value, int place)
    {
        if (place >= 0 && _shared.Length > 0)
        {
            values.Number += (place + 1) * _strides[attribute];
        }
        else
        {
            values.Own ??= new string?[_attributes.Length];
            values.Own[attribute] = value;
        }
    }

    /// <summary>The values in the definition's order; null if none was noted.</summary>
    public string?[]? Of(in Noted values)
    {
        if (values.Number == 0)
        {
            return values.Own;
        }

        // Two threads may both make the array of a number; either will do.
        return values.Own is null
            ? _shared[values.Number] ??= Fill(new string?[_attributes.Length], values.Number)
            : Fill(values.Own, values.Number);
    }

    private string?[] Fill(string?[] values, int number)
    {
        for (int i = 0; i < values.Length; i++)
        {
            ImmutableArray<string> oneOf = _attributes[i].OneOf;
            int place = (number / _strides[i] % (oneOf.Length + 1)) - 1;
            if (place >= 0)
            {
                values[i] = oneOf[place];
            }
        }

        return values;
    }

    /// <summary>What was noted of one request.</summary>
    public struct Noted
    {
        /// <summary>The values of closed attributes.</summary>
        public int Number;

        /// <summary>The values that have no number.</summary>
        public string?[]? Own;
    }
}
