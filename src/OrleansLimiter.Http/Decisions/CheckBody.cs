namespace OrleansLimiter.Http;

/// <summary>One check as it stands in JSON: nothing is understood yet, what is left out (or null) is null.</summary>
internal struct CheckBody()
{
    public string? Policy;
    public string? Account;
    public string? Method;
    public string? Path;
    public string? Endpoint;
    public string? Resource;
    public string? Mode;
    public string? Ip;
    public int Cost = 1;
    public bool Peek;

    /// <summary>Null: none. A null value is as if left out. Lent by the parser until its next check.</summary>
    public Dictionary<string, string>? Attributes;
}
