using Spectre.Console;

namespace OrleansLimiter.Cli;

/// <summary>A small table without lines: as easy to read as to cut up with other tools.</summary>
internal sealed class Columns
{
    private readonly Table _table = new Table().NoBorder();

    /// <param name="headers">What stands over the columns; those that end with <c>#</c> are numbers, set to the right.</param>
    public Columns(params ReadOnlySpan<string> headers)
    {
        foreach (string header in headers)
        {
            bool number = header.EndsWith('#');
            var column = new TableColumn($"[dim]{Screen.Safe(header.TrimEnd('#'))}[/]")
            {
                NoWrap = number,
                Padding = new(0, 0, header == headers[^1] ? 0 : 2, 0),
            };
            _table.AddColumn(number ? column.RightAligned() : column);
        }
    }

    /// <summary>Adds a row of markup.</summary>
    public Columns Row(params string[] cells)
    {
        _table.AddRow(cells);
        return this;
    }

    /// <summary>Writes the table.</summary>
    public void WriteTo(Screen screen) => screen.Write(_table);
}
