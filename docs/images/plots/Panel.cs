using System.Globalization;

namespace OrleansLimiter.Plots;

/// <summary>A rectangle with time along it and a count up it.</summary>
internal sealed record Panel(double Left, double Right, double Top, double Bottom, TimeSpan Length, int Highest)
{
    public double X(TimeSpan at) => Left + (Right - Left) * (at / Length);

    public double Y(int count) => Bottom - (Bottom - Top) * count / Highest;

    public void Axes(Svg svg, int[] counts)
    {
        foreach (int count in counts)
        {
            svg.Line(count == 0 ? "axis" : "grid", [(Left, Y(count)), (Right, Y(count))]);
            svg.End("small", Left - 8, Y(count) + 4, count.ToString(CultureInfo.InvariantCulture));
        }

        for (int seconds = 0; seconds <= Length.TotalSeconds; seconds += 5)
        {
            double x = X(TimeSpan.FromSeconds(seconds));
            svg.Line("axis", [(x, Bottom), (x, Bottom + 4)]);
            svg.Middle("small", x, Bottom + 18, seconds.ToString(CultureInfo.InvariantCulture));
        }
    }

    public void Level(Svg svg, string look, int count, string label)
    {
        svg.Line(look, [(Left, Y(count)), (Right, Y(count))]);
        svg.Text("small", Left + 6, Y(count) - 5, label);
    }
}
