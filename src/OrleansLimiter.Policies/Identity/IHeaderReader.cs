namespace OrleansLimiter.Policies;

/// <summary>
/// Reads the headers of a request, independently of the server. Implemented by a struct, so that a read needs no allocation and
/// no virtual call.
/// </summary>
public interface IHeaderReader
{
    /// <summary>Finds a header, even an empty one.</summary>
    /// <param name="name">The name; case is ignored.</param>
    /// <param name="value">The value, trimmed; null unless the result is <see cref="HeaderPresence.Once"/> or
    /// <see cref="HeaderPresence.Given"/>.</param>
    HeaderPresence Find(string name, out string? value);
}

/// <summary>Whether a request has a header.</summary>
public enum HeaderPresence
{
    /// <summary>The request does not have the header.</summary>
    Absent,
    /// <summary>The header occurs once, and its value is valid text.</summary>
    Once,
    /// <summary>The header occurs more than once.</summary>
    Repeated,
    /// <summary>The header occurs once, and its bytes are not valid UTF-8.</summary>
    NotUtf8,
    /// <summary>
    /// Another source gives the value in place of the header, such as a claim. It cannot be the result of combined headers, so a comma is
    /// part of it.
    /// </summary>
    Given,
}
