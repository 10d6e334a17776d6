using System.Globalization;
using System.Text;

namespace OrleansLimiter.Plots;

/// <summary>The few shapes that the charts need. The picture brings its own background, so that it reads on any page.</summary>
internal sealed class Svg
{
    private const string Style = """
        <style>
          text { font: 15px system-ui, sans-serif; fill: #24292f }
          text.small { font-size: 12px; fill: #6e7781 }
          path { fill: none }
          .paper { fill: #ffffff }
          .admitted { fill: #2166ac }
          .refused { fill: #b6bdc5 }
          .axis { stroke: #6e7781 }
          .grid { stroke: #e3e6ea }
          .count { stroke: #2166ac; stroke-width: 2 }
          .limit { stroke: #c2500a; stroke-width: 1.5; stroke-dasharray: 6 4 }
          .bound { stroke: #6e7781; stroke-dasharray: 2 3 }
          @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3 }
            text.small { fill: #9aa4af }
            .paper { fill: #14181f }
            .admitted { fill: #6cb0f0 }
            .refused { fill: #5b6570 }
            .axis { stroke: #9aa4af }
            .grid { stroke: #2c333c }
            .count { stroke: #6cb0f0 }
            .limit { stroke: #f0954a }
            .bound { stroke: #9aa4af }
          }
        </style>
        """;

    private readonly StringBuilder _text = new();

    public Svg(int width, int height, string title, string subtitle)
    {
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\">");
        Add($"<title>{title}</title>\n<desc>{subtitle}</desc>");
        Add($"{Style.ReplaceLineEndings("\n")}");
        Add($"<rect class=\"paper\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>");
        Text("head", 20, 30, title);
        Text("small", 20, 50, subtitle);
    }

    public void Box(string look, double x, double y, double width, double height)
    {
        if (height > 0)
        {
            Add($"<rect class=\"{look}\" x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{width:0.##}\" height=\"{height:0.##}\"/>");
        }
    }

    public void Line(string look, IReadOnlyList<(double X, double Y)> points) =>
        Add($"<path class=\"{look}\" d=\"M{string.Join('L', points.Select(point => FormattableString.Invariant($"{point.X:0.##} {point.Y:0.##}")))}\"/>");

    public void Text(string look, double x, double y, string text, string anchor = "start") =>
        Add($"<text class=\"{look}\" x=\"{x:0.##}\" y=\"{y:0.##}\" text-anchor=\"{anchor}\">{text}</text>");

    public void Middle(string look, double x, double y, string text) => Text(look, x, y, text, "middle");

    public void End(string look, double x, double y, string text) => Text(look, x, y, text, "end");

    public void Key(double x, double y, string look, string text)
    {
        Box(look, x, y - 10, 10, 10);
        Text("small", x + 16, y, text);
    }

    public override string ToString() => _text.Append("</svg>\n").ToString();

    private void Add(FormattableString line) => _text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
