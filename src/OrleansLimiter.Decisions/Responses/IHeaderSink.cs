namespace OrleansLimiter.Decisions;

/// <summary>
/// Where headers go. Implemented by structs, so that writing through it costs no virtual call and no boxing.
/// </summary>
public interface IHeaderSink
{
    /// <summary>Sets a header. A later value for the same name replaces an earlier one.</summary>
    /// <param name="name">The field name, compared without regard to case.</param>
    /// <param name="value">The field value.</param>
    void Set(string name, string value);
}
