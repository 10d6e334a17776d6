namespace OrleansLimiter.Policies.Identity;

/// <summary>
/// The headers of a request, whatever server received it. Implemented by a struct, so that reading them costs no
/// allocation and no virtual call.
/// </summary>
public interface IHeaderReader
{
    internal const string MoreThanOnce = "it comes more than once; send one";

    /// <summary>Finds a header.</summary>
    /// <param name="name">Its name; case is ignored.</param>
    /// <param name="value">Its value; null where the request has the header more than once, so that it has no one value.</param>
    /// <returns>Whether the request has the header, even an empty one.</returns>
    bool TryGet(string name, out string? value);
}
