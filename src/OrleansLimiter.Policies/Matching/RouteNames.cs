namespace OrleansLimiter.Policies;

/// <summary>
/// The names of unlisted routes: method and path, in lower case if case is ignored, with ids replaced. A path cannot contain a
/// placeholder: braces in a path are always escaped, and a segment <c>**</c> is written with escapes.
/// </summary>
internal sealed class RouteNames(IdSegments ids, bool ignoresCase)
{
    // A longer path is cut and ends with the tail.
    private const int MaxLength = 512;

    private const string Id = "/{id}";
    private const string Tail = "/**";
    private const string EscapedTail = "/%2A%2A";

    private readonly NamePool _pool = new();

    /// <summary>Returns the name of a method of <see cref="BuiltIn.Methods"/> and a path in normal form.</summary>
    public string Name(string method, ReadOnlySpan<char> path)
    {
        Span<char> name = stackalloc char[MaxLength];
        method.CopyTo(name);
        name[method.Length] = ' ';
        int length = method.Length + 1;
        for (int next; !path.IsEmpty; path = path[next..])
        {
            int slash = path[1..].IndexOf('/');
            next = slash < 0 ? path.Length : slash + 1;
            ReadOnlySpan<char> part = Part(path[..next]);
            if (length + part.Length > MaxLength - Tail.Length)
            {
                Tail.CopyTo(name[length..]);
                length += Tail.Length;
                break;
            }

            if (ignoresCase)
            {
                PathCase.Fold(part, name[length..]);
            }
            else
            {
                part.CopyTo(name[length..]);
            }

            length += part.Length;
        }

        return _pool.Get(name[..length]);
    }

    private ReadOnlySpan<char> Part(ReadOnlySpan<char> segment) =>
        segment.Length == 1 ? segment
        : ids.IsId(segment[1..]) ? Id
        : segment is Tail ? EscapedTail
        : segment;
}
