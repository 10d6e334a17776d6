namespace OrleansLimiter.Decisions;

/// <summary>Receives the headers of a response. Implement it as a struct, so that calls are not virtual and nothing is boxed.</summary>
public interface IHeaderSink
{
    /// <summary>Sets a header. A later value for the same name replaces an earlier one.</summary>
    /// <param name="name">The field name, compared without regard to case.</param>
    /// <param name="value">The field value.</param>
    void Set(string name, string value);
}
