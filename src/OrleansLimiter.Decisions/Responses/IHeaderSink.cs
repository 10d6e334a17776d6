namespace OrleansLimiter.Decisions;

/// <summary>Receives the headers of a response. Implement it as a struct, so that calls are not virtual and nothing is boxed.</summary>
public interface IHeaderSink
{
    /// <summary>Sets a header. A later value of the same name (ignoring case) replaces an earlier one.</summary>
    void Set(string name, string value);
}
