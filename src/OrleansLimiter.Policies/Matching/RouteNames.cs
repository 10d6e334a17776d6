namespace OrleansLimiter.Policies;

/// <summary>
/// Names the routes that no endpoint lists: method and path, in lower case where case is ignored, with ids taken out. No path can
/// forge a name: braces are always escaped in a path, and a segment <c>**</c> is written with escapes.
/// </summary>
/// <param name="ids">What is taken out.</param>
/// <param name="ignoresCase">Whether names are folded.</param>
internal sealed class RouteNames(IdSegments ids, bool ignoresCase)
{
    /// <summary>Characters of a name; what goes on beyond is one route, ending in <see cref="Tail"/>.</summary>
    public const int MaxLength = 512;

    private const string Id = "/{id}";
    private const string Tail = "/**";
    private const string EscapedTail = "/%2A%2A";

    private readonly NamePool _pool = new();

    /// <summary>The name of a route.</summary>
    /// <param name="method">One of <see cref="BuiltIn.Methods"/>.</param>
    /// <param name="path">A path in normal form.</param>
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
