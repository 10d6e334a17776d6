namespace OrleansLimiter.Cli;

/// <summary>The source lines of errors. A file is read once; a file that cannot be read has no lines.</summary>
internal sealed class SourceLines
{
    // With the line number, it fits on a terminal of 80 columns.
    private const int Width = 70;

    private readonly Dictionary<string, string[]> _files = [];

    /// <summary>Returns the part of the line around an error.</summary>
    /// <returns>The text, and the number of characters before the error; null if there is no such line.</returns>
    public (string Text, int Caret)? Excerpt(PolicyError error)
    {
        string[] lines = LinesOf(error.File);
        if (error.Line < 1 || error.Line > lines.Length)
        {
            return null;
        }

        // A tab becomes one column, so that the caret is below its character.
        string line = lines[error.Line - 1].Replace('\t', ' ').TrimEnd();
        int caret = Math.Clamp(error.Column - 1, 0, line.Length);
        int start = line.Length <= Width ? 0 : Math.Min(Math.Max(0, caret - Width / 2), line.Length - Width);
        return (line.Substring(start, Math.Min(Width, line.Length)), caret - start);
    }

    private string[] LinesOf(string file)
    {
        if (_files.TryGetValue(file, out string[]? lines))
        {
            return lines;
        }

        try
        {
            lines = new FileInfo(file).Length <= PolicyReader.MaxFileBytes ? File.ReadAllLines(file) : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            lines = [];
        }

        return _files[file] = lines;
    }
}
