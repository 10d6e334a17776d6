namespace OrleansLimiter;

/// <summary>
/// Groups could not be asked by administration: an outage, not a mistake of the caller. A reset may have reached a part
/// of them; doing it again is safe.
/// </summary>
/// <param name="message">Which part could not be asked, for people.</param>
/// <param name="cause">What happened.</param>
public sealed class GroupsUnavailableException(string message, Exception cause) : Exception(message, cause);
