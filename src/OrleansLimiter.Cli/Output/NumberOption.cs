using System.CommandLine;
using System.Globalization;

namespace OrleansLimiter.Cli;

/// <summary>Options that are whole numbers, with an error that says what would be right.</summary>
internal static class NumberOption
{
    /// <summary>An option from 1 to 2^31-1.</summary>
    public static Option<int> Of(string name, int unlessGiven, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => unlessGiven,
        CustomParser = result =>
        {
            string text = result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0)
            {
                return number;
            }

            result.AddError($"{name} is '{text}'; it must be a whole number from 1 to {int.MaxValue}");
            return unlessGiven;
        },
    };
}
