using System.Globalization;

namespace OrleansLimiter.Cli;

/// <summary>Options that are positive integers, with an error that gives the valid range.</summary>
internal static class NumberOption
{
    /// <summary>Returns an option from 1 to 2147483647.</summary>
    public static Option<int> Of(string name, int defaultValue, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result =>
        {
            string text = result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0)
            {
                return number;
            }

            result.AddError($"{name} is '{text}'; it must be a whole number from 1 to {int.MaxValue}");
            return defaultValue;
        },
    };
}
