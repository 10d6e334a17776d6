using Spectre.Console;
using Spectre.Console.Rendering;

namespace OrleansLimiter.Cli;

/// <summary>One stream of output: for people on a terminal, plain text for everything else.</summary>
internal sealed class Screen
{
    // Plain text is never wrapped, because other programs read it line by line.
    private const int Unwrapped = 10_000;

    private readonly IAnsiConsole _console;

    /// <param name="writer">Where the text goes.</param>
    /// <param name="isTerminal">Whether the output is a terminal.</param>
    /// <param name="colors">Whether a terminal may be sent colours.</param>
    public Screen(TextWriter writer, bool isTerminal, bool colors)
    {
        (Writer, IsTerminal) = (writer, isTerminal);
        _console = ConsoleOn(writer, isTerminal, isTerminal && colors);
    }

    /// <summary>For text that is written as it is.</summary>
    public TextWriter Writer { get; }

    /// <summary>Whether the output is a terminal.</summary>
    public bool IsTerminal { get; }

    /// <summary>Writes a line. The text is markup; what fills its holes is not.</summary>
    public void Line(FormattableString markup) => _console.MarkupLine(string.Format(
        markup.Format, [.. markup.GetArguments().Select(hole => Safe(hole?.ToString() ?? ""))]));

    /// <summary>Ends the line.</summary>
    public void Line() => Writer.WriteLine();

    /// <summary>Writes a table or the like; as plain text without the blanks that fill its last column.</summary>
    public void Write(IRenderable what)
    {
        if (IsTerminal)
        {
            _console.Write(what);
            return;
        }

        var text = new StringWriter();
        ConsoleOn(text, isTerminal: false, rich: false).Write(what);
        foreach (string line in text.ToString().TrimEnd().Split('\n'))
        {
            Writer.WriteLine(line.TrimEnd());
        }
    }

    /// <summary>
    /// Text from outside as markup that shows it: no markup of its own, and nothing that would move the cursor or ring
    /// the bell.
    /// </summary>
    public static string Safe(string text) =>
        Markup.Escape(text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : text);

    private static IAnsiConsole ConsoleOn(TextWriter writer, bool isTerminal, bool rich)
    {
        IAnsiConsole console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = rich ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = rich ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,

            // They switch colours on inside build systems, whose logs are plain files.
            Enrichment = new() { UseDefaultEnrichers = false },
        });
        if (!isTerminal)
        {
            console.Profile.Width = Unwrapped;
        }

        return console;
    }
}
