namespace OrleansLimiter.Policies;

/// <summary>
/// Reads the headers of a request, independently of the server. Implemented by a struct, so that reading them costs no
/// allocation and no virtual call.
/// </summary>
public interface IHeaderReader
{
    /// <summary>Finds a header.</summary>
    /// <param name="name">Its name; case is ignored.</param>
    /// <param name="value">Its value, without white space around it; null unless the result is <see cref="HeaderPresence.Once"/>.</param>
    /// <returns>Whether the request has the header, even an empty one, and whether it has one value that is text.</returns>
    HeaderPresence Find(string name, out string? value);
}

/// <summary>Whether a request has a header.</summary>
public enum HeaderPresence
{
    /// <summary>It has none of that name.</summary>
    Absent,

    /// <summary>It has one, and its value is text.</summary>
    Once,

    /// <summary>It has more than one, so that there is no one value.</summary>
    Repeated,

    /// <summary>It has one whose bytes are not valid UTF-8.</summary>
    NotUtf8,
}
