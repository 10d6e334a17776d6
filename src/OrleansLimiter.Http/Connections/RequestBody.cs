using System.Buffers;

namespace OrleansLimiter.Http;

/// <summary>A body that was read, or the problem with it. Its memory belongs to the reader of the request.</summary>
/// <param name="Problem">The problem; null if the body is complete.</param>
/// <param name="Content">The body without its byte order mark.</param>
/// <param name="Reserved">The bytes of <see cref="BufferBudget"/> that it holds.</param>
internal readonly record struct RequestBody(Problem? Problem, ReadOnlySequence<byte> Content = default, long Reserved = 0)
{
    /// <summary>Frees the memory of a body without a problem, once it has been parsed.</summary>
    public void Release(HttpContext context, BufferBudget budget)
    {
        context.Request.BodyReader.AdvanceTo(Content.End);
        if (Reserved > 0)
        {
            budget.Release(Reserved);
        }
    }
}
