namespace OrleansLimiter.Decisions;

/// <summary>
/// Thrown if the file of counts exists, but cannot be used. Starting without it would give every caller all permits again.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="finding">What is wrong, and what to do; it follows the name of the file in the message.</param>
/// <param name="cause">The exception of the file system; null if there is none.</param>
internal sealed class CountsFileException(string path, string finding, Exception? cause = null)
    : IOException($"the file of counts '{path}' {finding}", cause);
