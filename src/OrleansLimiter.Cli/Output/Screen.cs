using Spectre.Console;
using Spectre.Console.Rendering;

namespace OrleansLimiter.Cli;

/// <summary>An output stream: with colors on a terminal, else plain text.</summary>
internal sealed class Screen
{
    // Plain text is never wrapped, because other programs read it line by line.
    private const int Unwrapped = 10_000;

    private readonly IAnsiConsole _console;

    /// <param name="writer">The stream.</param>
    /// <param name="isTerminal">Whether the output is a terminal.</param>
    /// <param name="colors">Whether a terminal shows colors.</param>
    public Screen(TextWriter writer, bool isTerminal, bool colors)
    {
        (Writer, IsTerminal) = (new EscapingWriter(writer), isTerminal);
        _console = ConsoleOn(writer, isTerminal, isTerminal && colors);
    }

    /// <summary>The stream, for text without markup.</summary>
    public TextWriter Writer { get; }

    /// <summary>Whether the output is a terminal.</summary>
    public bool IsTerminal { get; }

    /// <summary>Writes a line. The format is markup; the arguments are plain text.</summary>
    public void Line(FormattableString markup) => _console.MarkupLine(string.Format(
        markup.Format, [.. markup.GetArguments().Select(argument => Safe(argument?.ToString() ?? ""))]));

    /// <summary>Writes a table; as plain text without trailing spaces.</summary>
    public void Write(IRenderable renderable)
    {
        if (IsTerminal)
        {
            _console.Write(renderable);
            return;
        }

        var text = new StringWriter();
        ConsoleOn(text, isTerminal: false, rich: false).Write(renderable);
        foreach (string line in text.ToString().TrimEnd().Split('\n'))
        {
            Writer.WriteLine(line.TrimEnd());
        }
    }

    /// <summary>Escapes text as markup, and as in <see cref="DisplayText"/>, because it could control the terminal.</summary>
    public static string Safe(string text) => Markup.Escape(DisplayText.Escape(text));

    private static IAnsiConsole ConsoleOn(TextWriter writer, bool isTerminal, bool rich)
    {
        IAnsiConsole console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = rich ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = rich ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,

            // The default enrichers enable colors in build systems, whose logs are plain files.
            Enrichment = new() { UseDefaultEnrichers = false },
        });
        if (!isTerminal)
        {
            console.Profile.Width = Unwrapped;
        }

        return console;
    }
}
